import { ActionIcon } from '@mantine/core';
import { mayUpdate, useKind } from '../../api/session.ts';
import type { Field, Row } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import { FieldInput } from '../fields/FieldInput.tsx';
import { useFieldEdit } from '../fields/useFieldEdit.ts';
import { Icon } from '../Icon.tsx';
import { usePast } from '../past.ts';
import { Html } from '../timeline/Html.tsx';
import { Panel } from './Panel.tsx';
import classes from './record.module.css';

/** The description of a record in Markdown, rewritten in place. */
export function Description({ kind, row }: { kind: string; row: Row }) {
  const meta = useKind(kind);
  const past = usePast();
  const field = meta?.fields.find((f) => f.name === 'description');
  if (!field || (!row.description && (past || !mayUpdate(meta)))) return null;
  return <Text kind={kind} row={row} field={field} />;
}

function Text({ kind, row, field }: { kind: string; row: Row; field: Field }) {
  const edit = useFieldEdit(kind, row, field);
  const text = row.description as string | null;
  return (
    <Panel
      title={field.label}
      beside={
        edit.editable &&
        text &&
        !edit.draft && (
          <ActionIcon
            ref={edit.opener as React.RefObject<HTMLButtonElement>}
            aria-label={t('record.description.edit')}
            onClick={edit.begin}
          >
            <Icon name="edit" small />
          </ActionIcon>
        )
      }
    >
      {edit.draft ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: catches the keys of the field inside
        <div onKeyDown={edit.onKeyDown}>
          <FieldInput
            field={field}
            value={edit.draft.value}
            autoFocus
            onChange={edit.change}
            onBlur={() => edit.commit(false)}
          />
        </div>
      ) : text ? (
        <div className="t13">
          <Html html={row.description_html as string | undefined} text={text} />
        </div>
      ) : (
        <button
          ref={edit.opener as React.RefObject<HTMLButtonElement>}
          type="button"
          className={classes.fold}
          onClick={edit.begin}
        >
          {t('record.describe')}
        </button>
      )}
    </Panel>
  );
}
