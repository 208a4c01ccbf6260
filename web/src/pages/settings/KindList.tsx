import { ActionIcon, Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { titleOf, useList } from '../../api/records.ts';
import { mayCreate, mayDelete, mayUpdate, useKind } from '../../api/session.ts';
import type { Field, KindMeta, Row } from '../../api/types.ts';
import { useRemove } from '../../api/write.ts';
import { ValueText } from '../../parts/fields/ValueText.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { type Draft, RowDialog } from './RowDialog.tsx';
import { SortableRow, useReorder } from './Sortable.tsx';
import classes from './settings.module.css';

export interface KindListProps {
  kind: string;
  /** What is written beside the name. */
  columns?: string[];
  /** What the dialog asks. */
  form: string[];
  /** People put the rows in order themselves. */
  ordered?: boolean;
  sort?: string;
  filter?: Record<string, string | number | boolean>;
  /** What a new row has besides. */
  given?: Draft;
  /** The words a row is known by, when its title alone does not say it. */
  name?: (row: Row) => ReactNode;
  /** What a row is called in buttons and messages, when its title alone does not say it. */
  title?: (row: Row) => string;
  /** Marks beside the name. */
  marks?: (row: Row) => ReactNode;
  /** Further buttons of a row. */
  actions?: (row: Row) => ReactNode;
  more?: (draft: Draft, set: (fields: Draft) => void, isNew: boolean) => ReactNode;
  fixed?: string[];
  onCreated?: (row: Row & Draft) => void;
  /** What the button for a new one says. */
  add?: string;
}

const lower = (label: string) => label.toLocaleLowerCase();

/** The rows of a small kind: to look at, add, edit, delete and, where it has an order, to put in order. */
export function KindList(props: KindListProps) {
  const { kind, sort, ordered, filter, add } = props;
  const meta = useKind(kind);
  const order = sort ?? (ordered ? 'position,id' : meta?.title_field);
  const { data, error, refetch } = useList(kind, { limit: 500, sort: order, ...filter });
  const [editing, setEditing] = useState<Row | 'new' | null>(null);
  if (!meta) return <ErrorState error={null} />;
  if (error && !data) return <ErrorState error={error} retry={refetch} />;
  const rows = data?.data ?? [];
  return (
    <>
      {!data ? (
        <RowSkeletons rows={4} />
      ) : rows.length === 0 ? (
        <p className={classes.none}>{t('settings.none', { kind: lower(meta.labels) })}</p>
      ) : ordered && mayUpdate(meta) ? (
        <OrderedRows {...props} meta={meta} rows={rows} onEdit={setEditing} />
      ) : (
        <ul className={classes.lines}>
          {rows.map((row) => (
            <li key={row.id} className={classes.line}>
              <RowCells {...props} meta={meta} row={row} onEdit={setEditing} />
            </li>
          ))}
        </ul>
      )}
      {mayCreate(meta) ? (
        <div className={classes.add}>
          <Button size="sm" leftSection={<Icon name="plus" />} onClick={() => setEditing('new')}>
            {add ?? t('settings.new', { kind: lower(meta.label) })}
          </Button>
        </div>
      ) : (
        <p className={classes.none}>{t('settings.readOnly')}</p>
      )}
      {editing && (
        <EditDialog {...props} meta={meta} rows={rows} row={editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}

interface Inner extends KindListProps {
  meta: KindMeta;
}

function EditDialog({
  row,
  rows,
  onClose,
  ...props
}: Inner & { row: Row | 'new'; rows: Row[]; onClose: () => void }) {
  const { kind, meta, form, given, ordered, more, fixed, onCreated } = props;
  const isNew = row === 'new';
  const last = Math.max(0, ...rows.map((r) => Number(r.position) || 0));
  return (
    <RowDialog
      kind={kind}
      row={isNew ? undefined : row}
      fields={form}
      given={isNew ? { ...(ordered ? { position: last + 1 } : {}), ...given } : {}}
      title={
        isNew
          ? t('settings.new', { kind: lower(meta.label) })
          : t('settings.edit', { title: (props.title ?? titleOf)(row) })
      }
      fixed={isNew ? [] : fixed}
      more={more && ((draft, set) => more(draft, set, isNew))}
      onClose={onClose}
      onCreated={onCreated}
    />
  );
}

function OrderedRows(props: Inner & { rows: Row[]; onEdit: (row: Row) => void }) {
  const { kind, meta, rows, filter } = props;
  const sorted = [...rows].sort((a, b) => Number(a.position) - Number(b.position) || a.id - b.id);
  const { move, told } = useReorder(kind, sorted, t('settings.reordered', { kind: lower(meta.labels) }));
  return (
    <>
      <ol className={classes.lines}>
        {sorted.map((row, at) => (
          <SortableRow
            key={row.id}
            group={`${kind} ${JSON.stringify(filter ?? {})}`}
            row={row}
            at={at}
            of={sorted.length}
            move={move}
          >
            <RowCells {...props} row={row} />
          </SortableRow>
        ))}
      </ol>
      <p className="sr" role="status">
        {told}
      </p>
    </>
  );
}

function RowCells(props: Inner & { row: Row; onEdit: (row: Row) => void }) {
  const { kind, meta, columns = [], row, onEdit, name, marks, actions } = props;
  const remove = useRemove(kind);
  const title = (props.title ?? titleOf)(row);
  const shown = columns.flatMap((c): Field[] => meta.fields.filter((f) => f.name === c));
  const label = name?.(row) ?? title;
  return (
    <>
      <div className={classes.what}>
        {mayUpdate(meta) ? (
          <button type="button" className={classes.name} onClick={() => onEdit(row)}>
            {label}
          </button>
        ) : (
          <span className={classes.name}>{label}</span>
        )}
        {marks?.(row)}
      </div>
      {shown.map((field) => (
        <span key={field.name} className={classes.cell} data-type={field.type}>
          <ValueText field={field} row={row} blank flat />
        </span>
      ))}
      <span className={classes.tools}>
        {actions?.(row)}
        {mayDelete(meta) && (
          <ActionIcon
            aria-label={t('settings.delete', { title })}
            onClick={() => remove.mutate({ row, label: t('settings.deleted', { title }) })}
          >
            <Icon name="trash" small />
          </ActionIcon>
        )}
      </span>
    </>
  );
}
