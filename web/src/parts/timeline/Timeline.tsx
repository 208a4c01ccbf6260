import { Button } from '@mantine/core';
import { useState } from 'react';
import { numberText } from '../../format/locale.ts';
import { t } from '../../texts/index.ts';
import { useRights } from '../editable.ts';
import { ErrorState, RowSkeletons } from '../states.tsx';
import { Composer } from './Composer.tsx';
import { useTimeline } from './data.ts';
import { activityTypes, type EntryKind, type Subject } from './kinds.ts';
import { NoteItem, PastItem } from './PastItem.tsx';
import { PlannedItem } from './PlannedItem.tsx';
import classes from './timeline.module.css';

const filterable = [...activityTypes, 'note', 'file', 'change'] as const satisfies EntryKind[];

/** Everything about a record in one line of time: writing on top, what is planned, then what has been. */
export function Timeline({ subject }: { subject: Subject }) {
  const activities = useRights('activities');
  const notes = useRights('notes');
  const { planned, pinned, past: entries, counts, loading, earlier, error } = useTimeline(subject);
  const [shown, setShown] = useState<EntryKind | null>(null);
  const visible = shown ? entries.filter((entry) => entry.kind === shown) : entries;
  const count = (n: number) => (earlier ? t('past.some', { n }) : numberText(n));
  return (
    <section className="panel" aria-label={t('past.title')}>
      {(notes.create || activities.create) && <Composer subject={subject} />}
      {error ? (
        <ErrorState error={error} />
      ) : (
        <>
          <div className={classes.sub}>
            <h2>{t('planned.title')}</h2>
            {planned.length > 0 && <span className="i3">{planned.length}</span>}
          </div>
          {planned.length === 0 && !loading && <p className={classes.none}>{t('planned.empty')}</p>}
          <ul>
            {planned.map((activity) => (
              <li key={activity.id}>
                <PlannedItem activity={activity} />
              </li>
            ))}
          </ul>
          <div className={classes.sub}>
            <h2>{t('past.title')}</h2>
            <span className="i3">{count(entries.length)}</span>
            <div className={classes.kinds} role="toolbar" aria-label={t('past.filter')}>
              <button type="button" aria-pressed={shown === null} onClick={() => setShown(null)}>
                {t('past.all')}
              </button>
              {filterable
                .filter((kind) => counts[kind])
                .map((kind) => (
                  <button
                    key={kind}
                    type="button"
                    aria-pressed={shown === kind}
                    onClick={() => setShown(shown === kind ? null : kind)}
                  >
                    {t(`past.kind.${kind}`)} {count(counts[kind] ?? 0)}
                  </button>
                ))}
            </div>
          </div>
          {loading && <RowSkeletons rows={5} height={44} />}
          {!loading && entries.length + pinned.length === 0 && (
            <p className={classes.none}>{t('past.empty')}</p>
          )}
          <ol className={classes.past}>
            {pinned.map((note) => (
              <li key={`n${note.id}`}>
                <NoteItem note={note} editable={notes.update} />
              </li>
            ))}
            {visible.map((entry) => (
              <li key={entry.key}>
                <PastItem entry={entry} row={subject.row} editable={notes.update} />
              </li>
            ))}
          </ol>
          {earlier && (
            <div className={classes.none}>
              <Button size="sm" onClick={earlier}>
                {t('past.earlier')}
              </Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}
