import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { useList } from '../../api/records.ts';
import { useKind } from '../../api/session.ts';
import type { Deal, Field, Row } from '../../api/types.ts';
import { useCreate, useRemove } from '../../api/write.ts';
import { numberText } from '../../format/locale.ts';
import { useRights } from '../../parts/editable.ts';
import { FieldInput } from '../../parts/fields/FieldInput.tsx';
import { RefPicker } from '../../parts/fields/RefPicker.tsx';
import { useFieldEdit } from '../../parts/fields/useFieldEdit.ts';
import { Icon } from '../../parts/Icon.tsx';
import { usePast } from '../../parts/past.ts';
import { Panel } from '../../parts/record/Panel.tsx';
import { t } from '../../texts/index.ts';
import classes from './deal.module.css';

interface Line extends Row {
  name: string;
  quantity: number;
  unit_price: number | null;
  discount: number | null;
  total: number | null;
  position: number;
}

const columns = ['quantity', 'unit_price', 'discount'] as const;
const words = {
  quantity: 'lines.quantity',
  unit_price: 'lines.price',
  discount: 'lines.discount',
} as const;

/** What is sold in the deal: quantity, price and discount edited in place; the total is the deal's value. */
export function Lines({ deal }: { deal: Deal }) {
  const editable = useRights('deals').update;
  const kind = useKind('deal_lines');
  const [adding, setAdding] = useState(false);
  const as_of = usePast()?.as_of;
  const { data } = useList<Line>('deal_lines', {
    deal_id: deal.id,
    sort: 'position,id',
    limit: 200,
    as_of,
  });
  const lines = data?.data ?? [];
  const total = lines.reduce((sum, line) => sum + (line.total ?? 0), 0);
  const fields = columns.map((name) => kind?.fields.find((f) => f.name === name));
  return (
    <Panel
      title={t('lines.title')}
      beside={
        <Link className="link t13" href="/records/products">
          {t('lines.catalogue')}
        </Link>
      }
      add={editable && { label: t('lines.add'), run: () => setAdding(true) }}
    >
      {lines.length > 0 && (
        <table className={classes.lines}>
          <thead>
            <tr>
              <th scope="col">{t('lines.product')}</th>
              {columns.map((name) => (
                <th key={name} scope="col" className="num">
                  {t(words[name])}
                </th>
              ))}
              <th scope="col" className="num">
                {t('lines.total')}
              </th>
              {editable && (
                <td>
                  <span className="sr">{t('record.menu')}</span>
                </td>
              )}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.id}>
                <th scope="row" title={line.name}>
                  <span>{line.name}</span>
                </th>
                {fields.map(
                  (field) =>
                    field && (
                      <td key={field.name} className="num">
                        <LineCell line={line} field={field} />
                      </td>
                    ),
                )}
                <td className="num">{line.total === null ? '' : numberText(line.total)}</td>
                {editable && (
                  <td>
                    <RemoveLine line={line} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={4}>
                {t('lines.sum', { currency: deal.currency })}
              </th>
              <td className="num b">{numberText(total)}</td>
              {editable && <td />}
            </tr>
          </tfoot>
        </table>
      )}
      {lines.length === 0 && !adding && <p className="t13 i3">{t('lines.empty')}</p>}
      {adding && <AddLine deal={deal} position={lines.length} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function LineCell({ line, field }: { line: Line; field: Field }) {
  const edit = useFieldEdit('deal_lines', line, field);
  const value = line[field.name] as number | null;
  if (edit.draft)
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: catches the keys of the field inside
      <div className={classes.lineEdit} onKeyDown={edit.onKeyDown}>
        <FieldInput
          field={field}
          value={edit.draft.value}
          autoFocus
          onChange={edit.change}
          onBlur={() => edit.commit(false)}
        />
      </div>
    );
  const text = value === null || (field.name === 'discount' && value === 0) ? '–' : numberText(value);
  if (!edit.editable) return text;
  return (
    <button
      ref={edit.opener as React.RefObject<HTMLButtonElement>}
      type="button"
      className={classes.lineValue}
      aria-label={`${t('lines.edit', { field: field.label, name: line.name })}: ${text}`}
      onClick={edit.begin}
    >
      {text}
    </button>
  );
}

function RemoveLine({ line }: { line: Line }) {
  const remove = useRemove('deal_lines');
  const { name } = line;
  return (
    <ActionIcon
      size="xs"
      aria-label={t('lines.remove', { name })}
      onClick={() => remove.mutate({ row: line, label: t('lines.removed', { name }) })}
    >
      <Icon name="close" small />
    </ActionIcon>
  );
}

interface AddProps {
  deal: Deal;
  position: number;
  onClose: () => void;
}

function AddLine({ deal, position, onClose }: AddProps) {
  const create = useCreate('deal_lines');
  const [name, setName] = useState('');
  const add = (fields: Record<string, unknown>, label: string) => {
    create.mutate({
      fields: { deal_id: deal.id, position, ...fields },
      label: t('lines.added', { name: label }),
      quiet: true,
    });
    onClose();
  };
  return (
    <form
      className={classes.addLine}
      onSubmit={(e) => {
        e.preventDefault();
        if (name.trim()) add({ name: name.trim() }, name.trim());
      }}
      onKeyDown={(e) => e.key === 'Escape' && onClose()}
    >
      <RefPicker
        kind="products"
        label={t('lines.add')}
        value={null}
        autoFocus
        filter={{ active: true }}
        onChange={(id, product) => id !== null && add({ product_id: id }, String(product?.name ?? ''))}
      />
      <div className="row">
        <TextInput
          className="grow"
          aria-label={t('lines.free')}
          placeholder={t('lines.free')}
          maxLength={300}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Button type="submit" disabled={!name.trim()}>
          {t('lines.freeAdd')}
        </Button>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </form>
  );
}
