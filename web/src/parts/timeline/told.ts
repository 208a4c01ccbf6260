import type { LogItem } from '../../api/types.ts';

/* Which fields of a change are worth telling: what the server derives from another is told by that one. */

const never = new Set([
  'stage_since',
  'slip_count',
  'slip_days',
  'next_activity_id',
  'next_activity_at',
  'version',
  'currency_digits',
  'opened_at',
]);

const toldBy: Record<string, string[]> = {
  probability: ['stage_id', 'status'],
  closed_at: ['status'],
  lost_reason_id: ['status'],
  lost_note: ['status'],
};

export function toldFields(item: LogItem): string[] {
  if (item.op !== 'update') return [];
  const names = Object.keys(item.fields);
  return names.filter((name) => !never.has(name) && !toldBy[name]?.some((other) => names.includes(other)));
}

export const actorName = ({ actor }: LogItem): string | null =>
  typeof actor === 'object' && actor ? actor.name : null;

export interface FieldPast {
  seq: number;
  at: string;
  who: string | null;
  before: unknown;
  after: unknown;
}

/** What a field has been, newest first. */
export function pastOf(items: LogItem[], name: string): FieldPast[] {
  return items
    .flatMap((item): FieldPast[] => {
      const change = item.fields[name];
      if (!change || item.op === 'delete') return [];
      return [
        {
          seq: item.seq,
          at: item.occurred_at,
          who: actorName(item),
          before: change[0],
          after: change[1],
        },
      ];
    })
    .reverse();
}
