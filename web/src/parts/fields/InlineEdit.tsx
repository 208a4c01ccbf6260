import type { Field, Row } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import { Icon } from '../Icon.tsx';
import { FieldInput } from './FieldInput.tsx';
import classes from './fields.module.css';
import { savesOnBlur, useFieldEdit } from './useFieldEdit.ts';
import { currencyOf, ValueText } from './ValueText.tsx';

interface Props {
  kind: string;
  row: Row;
  field: Field;
  /** Beside the value, such as a mark of how often it changed. */
  beside?: React.ReactNode;
  /** Takes the value's place while it is read. */
  children?: React.ReactNode;
}

/*
 * A fact of a record, edited where it stands: click or enter to edit, saved on leaving or on enter, esc puts
 * it back. A choice is saved as it is made. "saved" shows for a moment; undo takes it back.
 */
export function InlineEdit({ kind, row, field, beside, children }: Props) {
  const edit = useFieldEdit(kind, row, field);
  return (
    <div className={classes.fact}>
      <span className={classes.label} title={field.doc ?? undefined}>
        {field.label}
      </span>
      {edit.draft ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: catches the keys of the field inside
        <div className={classes.editing} onKeyDown={edit.onKeyDown}>
          <FieldInput
            field={field}
            value={edit.draft.value}
            row={row}
            currency={currencyOf(field, row)}
            autoFocus
            onChange={edit.change}
            onBlur={savesOnBlur(field) ? () => edit.commit(false) : undefined}
            onCancel={() => edit.leave(true)}
          />
        </div>
      ) : (
        <div className={classes.value}>
          <span className="cut">{children ?? <ValueText field={field} row={row} />}</span>
          {beside}
          {edit.saved && (
            <span className={classes.saved} role="status">
              {t('field.saved')}
            </span>
          )}
          {edit.editable && (
            <button
              ref={edit.opener as React.RefObject<HTMLButtonElement>}
              type="button"
              className={classes.open}
              aria-label={t('field.edit', { label: field.label })}
              onClick={edit.begin}
            >
              <Icon name="edit" small />
            </button>
          )}
        </div>
      )}
    </div>
  );
}
