import { useEffect, useRef, useState } from 'react';
import { fieldOf } from '../../api/cache.ts';
import { titleOf } from '../../api/records.ts';
import { mayUpdate, useKind } from '../../api/session.ts';
import type { Field, Row } from '../../api/types.ts';
import { useUpdate } from '../../api/write.ts';
import { usePast } from '../past.ts';

/* Values that are whole the moment they are chosen, and so saved at once. */
const settled = new Set<Field['type']>(['choice', 'currency', 'ref', 'boolean', 'day']);

export interface FieldEdit {
  editable: boolean;
  /** What is being typed; null while the value is only shown. */
  draft: { value: unknown } | null;
  saved: boolean;
  begin: () => void;
  change: (value: unknown) => void;
  /** Saves what was typed; `refocus` puts the focus back where the edit began. */
  commit: (refocus: boolean) => void;
  leave: (refocus: boolean) => void;
  /** Keys of the open editor: enter saves, esc puts back. */
  onKeyDown: (event: React.KeyboardEvent) => void;
  /** For the element the edit begins at. */
  opener: React.RefObject<HTMLElement | null>;
}

/** One value edited where it stands, in a fact or in the cell of a list: begun (at once with `begun`), typed, saved or put back. */
export function useFieldEdit(kind: string, row: Row, field: Field, begun = false): FieldEdit {
  const meta = useKind(kind);
  const past = usePast();
  const update = useUpdate(kind);
  const now = fieldOf(row, field.name) ?? null;
  const [draft, setDraft] = useState<{ value: unknown } | null>(begun ? { value: now } : null);
  const [saved, setSaved] = useState(0);
  const opener = useRef<HTMLElement>(null);

  useEffect(() => {
    if (saved === 0) return;
    const timer = setTimeout(() => setSaved(0), 1600);
    return () => clearTimeout(timer);
  }, [saved]);

  const leave = (refocus: boolean) => {
    setDraft(null);
    if (refocus) requestAnimationFrame(() => opener.current?.focus());
  };

  const save = (value: unknown, refocus: boolean) => {
    leave(refocus);
    const next = value ?? null;
    if (JSON.stringify(next) === JSON.stringify(now) || (field.required && next === null)) return;
    update.mutate(
      { row, fields: { [field.name]: next }, label: `${field.label}, ${titleOf(row)}`, quiet: true },
      { onSuccess: () => setSaved(Date.now()) },
    );
  };

  return {
    editable: mayUpdate(meta) && !field.readonly && !past,
    draft,
    saved: saved > 0,
    begin: () => setDraft({ value: now }),
    change: (value) => (settled.has(field.type) ? save(value, true) : setDraft({ value })),
    commit: (refocus) => draft && save(draft.value, refocus),
    leave,
    onKeyDown: (e) => {
      if (!draft) return;
      if (e.key === 'Escape') {
        e.stopPropagation();
        leave(true);
      } else if (e.key === 'Enter') {
        const line = (e.target as HTMLElement).tagName === 'INPUT' && !settled.has(field.type);
        if (line || e.metaKey || e.ctrlKey) {
          e.preventDefault();
          save(draft.value, true);
        }
      }
    },
    opener,
  };
}

/** Leaving a calendar for its days is not leaving the field. */
export const savesOnBlur = (field: Field) => field.type !== 'instant' && field.type !== 'day';
