import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { titleOf } from '../../api/records.ts';
import type { Field, Row } from '../../api/types.ts';
import { FieldInput } from '../../parts/fields/FieldInput.tsx';
import { recordPath } from '../../parts/fields/paths.ts';
import { savesOnBlur, useFieldEdit } from '../../parts/fields/useFieldEdit.ts';
import { currencyOf, ValueText } from '../../parts/fields/ValueText.tsx';
import { usePast } from '../../parts/past.ts';
import classes from './list.module.css';

interface Props {
  kind: string;
  row: Row;
  field: Field;
  title: boolean;
  /** Told before the link is followed. */
  onVisit: () => void;
}

/** A value of a list as it is read; the first one leads to the row's page. */
export function CellText({ kind, row, field, title, onVisit }: Props) {
  const past = usePast();
  const path = title ? recordPath(kind, row.id) : undefined;
  if (path)
    return (
      <Link
        className={classes.title}
        href={past ? `${path}?on=${past.day}` : path}
        tabIndex={-1}
        onClick={onVisit}
      >
        {String(row[field.name] ?? titleOf(row))}
      </Link>
    );
  return <ValueText field={field} row={row} blank />;
}

interface EditorProps {
  kind: string;
  row: Row;
  field: Field;
  onClose: (refocus: boolean) => void;
}

/** A value of a list while it is edited. */
export function CellEditor({ kind, row, field, onClose }: EditorProps) {
  const edit = useFieldEdit(kind, row, field, true);
  const closed = useRef(false);
  const refocus = useRef(true);
  const done = edit.draft === null;
  useEffect(() => {
    if (!done || closed.current) return;
    closed.current = true;
    onClose(refocus.current);
  }, [done, onClose]);
  if (!edit.draft) return <ValueText field={field} row={row} blank />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: catches the keys of the field inside
    <div className={classes.editor} onKeyDown={edit.onKeyDown}>
      <FieldInput
        field={field}
        value={edit.draft.value}
        row={row}
        currency={currencyOf(field, row)}
        autoFocus
        onChange={edit.change}
        onBlur={
          savesOnBlur(field)
            ? () => {
                refocus.current = false;
                edit.commit(false);
              }
            : undefined
        }
        onCancel={() => edit.leave(true)}
      />
    </div>
  );
}
