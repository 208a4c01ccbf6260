import { Button } from '@mantine/core';
import { numberText } from '../../format/locale.ts';
import { useRights } from '../../parts/editable.ts';
import type { Activity } from '../../parts/timeline/kinds.ts';
import { PastItem } from '../../parts/timeline/PastItem.tsx';
import { PlannedItem } from '../../parts/timeline/PlannedItem.tsx';
import { t } from '../../texts/index.ts';
import { About } from './About.tsx';
import classes from './activities.module.css';
import { type Group, useGroup } from './groups.ts';

interface Props {
  group: Group;
  filter: Record<string, string | undefined>;
  /** The activity whose form for ticking off is open. */
  ticking: number | null;
  onTick: (id: number | null) => void;
  onShown: (activities: Activity[]) => void;
}

/** The activities of one part of time, the next ones first. */
export function GroupSection({ group, filter, ticking, onTick, onShown }: Props) {
  const { rows, hasNextPage, fetchNextPage, isPending } = useGroup(group, filter);
  const { update } = useRights('activities');
  onShown(rows);
  if (rows.length === 0 && (isPending || group !== 'today')) return null;
  return (
    <section className="panel" aria-labelledby={`group-${group}`}>
      <header>
        <h2 id={`group-${group}`} className={group === 'overdue' ? 'is-overdue' : undefined}>
          {t(`acts.group.${group}`)}
        </h2>
        {rows.length > 0 && (
          <span className="i3 t13">
            {hasNextPage ? t('past.some', { n: rows.length }) : numberText(rows.length)}
          </span>
        )}
      </header>
      {rows.length === 0 && <p className={classes.none}>{t('acts.empty')}</p>}
      <ul className={classes.rows}>
        {rows.map((activity) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys j, k, d and t work on the focused row
          <li key={activity.id} data-activity={activity.id} tabIndex={0} aria-label={activity.subject}>
            {activity.done ? (
              <PastItem
                entry={{
                  kind: activity.type,
                  at: activity.done_at ?? activity.updated_at,
                  key: String(activity.id),
                  activity,
                }}
                row={activity}
                editable={update}
              />
            ) : (
              <PlannedItem
                activity={activity}
                about={<About activity={activity} />}
                opened={ticking === activity.id}
                onOpened={(open) => onTick(open ? activity.id : null)}
              />
            )}
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <div className={classes.none}>
          <Button size="sm" onClick={() => fetchNextPage()}>
            {t('acts.more')}
          </Button>
        </div>
      )}
    </section>
  );
}
