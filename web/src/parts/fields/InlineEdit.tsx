import { useEffect, useRef, useState } from 'react';
import { fieldOf } from '../../api/cache.ts';
import { titleOf } from '../../api/records.ts';
import { mayUpdate, useKind } from '../../api/session.ts';
import type { Field, Row } from '../../api/types.ts';
import { useUpdate } from '../../api/write.ts';
import { t } from '../../texts/index.ts';
import { usePast } from '../past.ts';
import { FieldInput } from './FieldInput.tsx';
import classes from './fields.module.css';
import { currencyOf, ValueText } from './ValueText.tsx';

interface Props {
  kind: string;
  row: Row;
  field: Field;
}

const settled = new Set<Field['type']>(['choice', 'currency', 'ref', 'boolean', 'day']);

/*
 * A fact of a record, edited where it stands: click or enter to edit, saved on leaving or on enter, esc puts
 * it back. A choice is saved as it is made. "saved" shows for a moment; undo takes it back.
 */
export function InlineEdit({ kind, row, field }: Props) {
  const meta = useKind(kind);
  const past = usePast();
  const update = useUpdate(kind);
  const now = fieldOf(row, field.name) ?? null;
  const [draft, setDraft] = useState<{ value: unknown } | null>(null);
  const [saved, setSaved] = useState(0);
  const button = useRef<HTMLButtonElement>(null);
  const editable = mayUpdate(meta) && !field.readonly && !past;

  useEffect(() => {
    if (saved === 0) return;
    const timer = setTimeout(() => setSaved(0), 1600);
    return () => clearTimeout(timer);
  }, [saved]);

  const leave = (refocus: boolean) => {
    setDraft(null);
    if (refocus) requestAnimationFrame(() => button.current?.focus());
  };

  const commit = (value: unknown, refocus: boolean) => {
    leave(refocus);
    if (JSON.stringify(value ?? null) === JSON.stringify(now)) return;
    if (field.required && (value === null || value === undefined)) return;
    update.mutate(
      { row, fields: { [field.name]: value ?? null }, label: `${field.label}, ${titleOf(row)}`, quiet: true },
      { onSuccess: () => setSaved(Date.now()) },
    );
  };

  return (
    <div className={classes.fact}>
      <span className={classes.label} title={field.doc ?? undefined}>
        {field.label}
      </span>
      {draft ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: catches the keys of the field inside
        <div
          className={classes.editing}
          onKeyDown={(e) => {
            if (e.key === 'Escape') {
              e.stopPropagation();
              leave(true);
            }
            if (
              e.key === 'Enter' &&
              (e.target as HTMLElement).tagName === 'INPUT' &&
              !settled.has(field.type)
            )
              commit(draft.value, true);
            if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) commit(draft.value, true);
          }}
        >
          <FieldInput
            field={field}
            value={draft.value}
            row={row}
            currency={currencyOf(field, row)}
            autoFocus
            onChange={(value) => (settled.has(field.type) ? commit(value, true) : setDraft({ value }))}
            onBlur={
              field.type === 'instant' || field.type === 'day' ? undefined : () => commit(draft.value, false)
            }
            onCancel={() => leave(true)}
          />
        </div>
      ) : (
        <div className={classes.value}>
          <span className="cut">
            <ValueText field={field} row={row} />
          </span>
          {saved > 0 && (
            <span className={classes.saved} role="status">
              {t('field.saved')}
            </span>
          )}
          {editable && (
            <button
              ref={button}
              type="button"
              className={classes.open}
              aria-label={t('field.edit', { label: field.label })}
              onClick={() => setDraft({ value: now })}
            />
          )}
        </div>
      )}
    </div>
  );
}
