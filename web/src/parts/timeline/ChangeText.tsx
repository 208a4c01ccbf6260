import { useKind } from '../../api/session.ts';
import type { LogItem, Row } from '../../api/types.ts';
import { t, tx } from '../../texts/index.ts';
import { ValueText } from '../fields/ValueText.tsx';
import type { IconName } from '../shapes.tsx';
import { actorName, toldFields } from './told.ts';

const icons: Record<string, IconName> = {
  stage_id: 'arrowRight',
  expected_close_date: 'slip',
  value: 'deal',
  owner_id: 'user',
  tags: 'deal',
};

export function changeIcon(item: LogItem): IconName {
  if (item.op === 'create') return item.origin === 'import' ? 'upload' : 'plus';
  const status = item.fields.status?.[1];
  if (status === 'won' || status === 'lost') return status;
  const first = toldFields(item).find((name) => icons[name]);
  return (first && icons[first]) || 'edit';
}

const empty = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

interface Props {
  item: LogItem;
  /** The record as it is now, for the currency of its amounts. */
  row: Row;
}

/** A change in words: what became of what, and by whom. */
export function ChangeText({ item, row }: Props) {
  const who = actorName(item) ?? t('change.someone');
  if (item.op === 'create')
    return t(item.origin === 'import' ? 'change.imported' : 'change.created', { who });
  if (item.op === 'delete') return t('change.deleted', { who });
  const names = toldFields(item);
  return names.map((name, i) => (
    <p key={name}>
      {i === 0 ? (
        tx('change.by', { what: <FieldChange key="w" item={item} name={name} row={row} />, who })
      ) : (
        <FieldChange item={item} name={name} row={row} />
      )}
    </p>
  ));
}

function FieldChange({ item, name, row }: Props & { name: string }) {
  const field = useKind(item.kind)?.fields.find((f) => f.name === name);
  const [was, is] = item.fields[name] ?? [];
  const currency = (side: 0 | 1) => item.fields.currency?.[side] ?? row.currency;
  const show = (value: unknown, side: 0 | 1) =>
    field ? (
      <ValueText key={side} field={field} row={asRow(name, value, currency(side))} />
    ) : (
      <span key={side}>{String(value)}</span>
    );
  if (name === 'stage_id')
    return empty(was)
      ? tx('change.movedTo', { after: show(is, 1) })
      : tx('change.moved', { before: show(was, 0), after: show(is, 1) });
  if (name === 'status') return <StatusChange item={item} />;
  const label = field?.label ?? name;
  if (field?.type === 'markdown' || field?.type === 'longtext')
    return tx('change.set', { field: label, after: <q key="q">{String(is ?? '').slice(0, 120)}</q> });
  if (empty(is)) return tx('change.cleared', { field: label, before: show(was, 0) });
  if (empty(was)) return tx('change.set', { field: label, after: show(is, 1) });
  return tx('change.from', { field: label, before: show(was, 0), after: show(is, 1) });
}

function StatusChange({ item }: { item: LogItem }) {
  const status = item.fields.status?.[1];
  const field = useKind(item.kind)?.fields.find((f) => f.name === 'lost_reason_id');
  const reason = item.fields.lost_reason_id?.[1];
  if (status === 'won') return t('change.won');
  if (status !== 'lost') return t('change.reopened');
  if (!field || empty(reason)) return t('change.lost');
  return tx('change.lostFor', {
    reason: <ValueText key="r" field={field} row={{ lost_reason_id: reason }} />,
  });
}

const asRow = (name: string, value: unknown, currency: unknown): Partial<Row> =>
  name.startsWith('custom.')
    ? { custom: { [name.slice('custom.'.length)]: value }, currency }
    : { [name]: value, currency };
