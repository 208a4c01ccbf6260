import { usePages } from '../../api/records.ts';
import { addDays, today } from '../../format/dates.ts';
import { startOfDay } from '../../format/zone.ts';
import type { Activity } from '../../parts/timeline/kinds.ts';

export const groups = ['overdue', 'today', 'upcoming', 'undated', 'done'] as const;
export type Group = (typeof groups)[number];

/* Which activities a group holds, by the day of the workspace, in the API's words. */
function wordsOf(group: Group): Record<string, string | boolean> {
  const dayStart = startOfDay(today());
  const dayEnd = startOfDay(addDays(today(), 1));
  switch (group) {
    case 'overdue':
      return { done: false, 'due_at.lt': dayStart, sort: 'due_at' };
    case 'today':
      return { done: false, 'due_at.gte': dayStart, 'due_at.lt': dayEnd, sort: 'due_at' };
    case 'upcoming':
      return { done: false, 'due_at.gte': dayEnd, sort: 'due_at' };
    case 'undated':
      return { done: false, 'due_at.null': true, sort: 'created_at' };
    case 'done':
      return { done: true, sort: '-done_at' };
  }
}

const pageSize: Record<Group, number> = { overdue: 50, today: 100, upcoming: 50, undated: 25, done: 25 };

export function useGroup(group: Group, filter: Record<string, string | undefined>) {
  return usePages<Activity>('activities', {
    ...wordsOf(group),
    ...filter,
    limit: pageSize[group],
    expand: 'deal,organisation,person,owner',
  });
}
