import { type RefObject, useRef } from 'react';
import { useLocation } from 'wouter';
import { useActions } from '../../keys/registry.ts';
import { useRights } from '../../parts/editable.ts';
import type { Activity } from '../../parts/timeline/kinds.ts';
import { useReplan } from '../../parts/timeline/PlannedItem.tsx';
import { momentOf } from '../../parts/timeline/when.ts';
import { t } from '../../texts/index.ts';
import { pathOf } from './About.tsx';

const rowsOf = (root: HTMLElement | null) => [
  ...(root?.querySelectorAll<HTMLElement>('[data-activity]') ?? []),
];

/** Keys for a page of activities: j and k go from one to the next, d ticks off, t and w put off, o opens. */
export function useRowKeys(root: RefObject<HTMLElement | null>, tick: (id: number) => void) {
  const known = useRef(new Map<number, Activity>());
  const [, navigate] = useLocation();
  const replan = useReplan();
  const { update } = useRights('activities');
  const current = () => {
    const id = document.activeElement?.closest<HTMLElement>('[data-activity]')?.dataset.activity;
    return id === undefined ? undefined : known.current.get(Number(id));
  };
  const step = (by: number) => {
    const rows = rowsOf(root.current);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
  };
  const on = (run: (activity: Activity) => void) => () => {
    const activity = current();
    if (activity && !activity.done) run(activity);
  };
  const open = () => {
    const activity = current();
    const path = activity && pathOf(activity);
    if (path) navigate(path);
  };
  const key = (id: string, label: string, keys: string[], run: () => void, disabled = false) => ({
    id: `acts.${id}`,
    label,
    group: 'record' as const,
    keys,
    keyOnly: true,
    disabled,
    run,
  });
  useActions([
    key('down', t('acts.key.down'), ['j', 'arrowdown'], () => step(1)),
    key('up', t('acts.key.up'), ['k', 'arrowup'], () => step(-1)),
    key(
      'tick',
      t('acts.key.tick'),
      ['d'],
      on((a) => tick(a.id)),
      !update,
    ),
    key(
      'tomorrow',
      t('acts.key.tomorrow'),
      ['t'],
      on((a) => replan(a, momentOf('tomorrow'))),
      !update,
    ),
    key(
      'week',
      t('acts.key.week'),
      ['w'],
      on((a) => replan(a, momentOf('week'))),
      !update,
    ),
    key('open', t('acts.key.open'), ['o', 'enter'], open),
  ]);
  /** Told of each activity shown, so that keys know whom they mean. */
  return (activities: Activity[]) => {
    for (const activity of activities) known.current.set(activity.id, activity);
  };
}
