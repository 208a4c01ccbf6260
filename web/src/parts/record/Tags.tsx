import { useState } from 'react';
import { titleOf, useAll } from '../../api/records.ts';
import type { Row } from '../../api/types.ts';
import { useUpdate } from '../../api/write.ts';
import { t } from '../../texts/index.ts';
import { useRights } from '../editable.ts';
import { RefPicker } from '../fields/RefPicker.tsx';
import { Icon } from '../Icon.tsx';
import { Panel } from './Panel.tsx';
import classes from './record.module.css';

/** The words a record is grouped by. */
export function Tags({ kind, row }: { kind: string; row: Row }) {
  const tags = useAll('tags', { sort: 'name' });
  const [adding, setAdding] = useState(false);
  const update = useUpdate(kind);
  const editable = useRights(kind).update;
  const ids = (row.tags as number[] | null) ?? [];
  const save = (next: number[]) =>
    update.mutate({
      row,
      fields: { tags: next },
      label: t('tags.changed', { title: titleOf(row) }),
      quiet: true,
    });
  const nameOf = (id: number) => String(tags.find((tag) => tag.id === id)?.name ?? '…');
  return (
    <Panel title={t('tags.title')} add={editable && { label: t('tags.add'), run: () => setAdding(true) }}>
      <ul className={classes.tags}>
        {ids.map((id) => (
          <li key={id} className="tag">
            {nameOf(id)}
            {editable && (
              <button
                type="button"
                aria-label={t('tags.remove', { tag: nameOf(id) })}
                onClick={() => save(ids.filter((other) => other !== id))}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {adding && (
        <RefPicker
          kind="tags"
          label={t('tags.add')}
          value={null}
          creatable
          autoFocus
          onBlur={() => setAdding(false)}
          onCancel={() => setAdding(false)}
          onChange={(id) => {
            setAdding(false);
            if (id !== null && !ids.includes(id)) save([...ids, id]);
          }}
        />
      )}
      {ids.length === 0 && !adding && <p className="t13 i3">{t('tags.none')}</p>}
    </Panel>
  );
}
