import { Link } from 'wouter';
import { fieldOf } from '../../api/cache.ts';
import { titleOf, useRecord } from '../../api/records.ts';
import type { Field, Row } from '../../api/types.ts';
import { numberText } from '../../format/locale.ts';
import { t } from '../../texts/index.ts';
import { Avatar } from '../Avatar.tsx';
import { DateText, MoneyText, Unknown } from '../texts.tsx';
import { recordPath } from './paths.ts';

/** The currency an amount of this row is in. */
export const currencyOf = (field: Field, row: Partial<Row>) =>
  String(row[field.currency ?? 'currency'] ?? row.currency ?? '');

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

interface Props {
  field: Field;
  row: Partial<Row>;
  /** Leaves empty values blank instead of saying that nothing is known: for dense lists. */
  blank?: boolean;
  /** No links inside, because the whole stands in a link or a button. */
  flat?: boolean;
}

/** A field's value as it is read, by the type /meta gives it. */
export function ValueText({ field, row, blank, flat }: Props) {
  const value = fieldOf(row, field.name);
  if (isEmpty(value)) return blank ? null : <Unknown />;
  switch (field.type) {
    case 'money':
      return <MoneyText amount={Number(value)} currency={currencyOf(field, row)} />;
    case 'integer':
    case 'decimal':
      return numberText(Number(value));
    case 'day':
    case 'instant':
      return <DateText value={String(value)} />;
    case 'boolean':
      return t(value ? 'field.yes' : 'field.no');
    case 'choice':
      return <ChoiceText field={field} value={String(value)} />;
    case 'choices':
      return (
        <span className="row">
          {(value as string[]).map((v) => (
            <ChoiceText key={v} field={field} value={v} />
          ))}
        </span>
      );
    case 'ref':
      return (
        <RefText
          kind={field.ref ?? ''}
          id={Number(value)}
          known={row[field.name.replace(/_id$/, '')]}
          flat={flat}
        />
      );
    case 'refs':
      return (value as number[]).map((id) => <RefText key={id} kind={field.ref ?? ''} id={id} flat={flat} />);
    case 'email':
      return flat ? (
        String(value)
      ) : (
        <a className="link" href={`mailto:${value}`}>
          {String(value)}
        </a>
      );
    case 'phone':
      return flat ? (
        String(value)
      ) : (
        <a className="link" href={`tel:${String(value).replace(/[^\d+]/g, '')}`}>
          {String(value)}
        </a>
      );
    case 'url':
      return flat ? String(value) : <WebLink address={String(value)} />;
    case 'json':
      return <code className="t12">{JSON.stringify(value)}</code>;
    default:
      return String(value);
  }
}

function ChoiceText({ field, value }: { field: Field; value: string }) {
  const choice = field.choices?.find((c) => c.key === value);
  return choice?.tone ? (
    <span className={`tag ${choice.tone}`}>{choice.label}</span>
  ) : (
    (choice?.label ?? value)
  );
}

function WebLink({ address }: { address: string }) {
  const href = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  return (
    <a className="link" href={href} target="_blank" rel="noreferrer noopener">
      {address.replace(/^https?:\/\//i, '').replace(/\/$/, '')}
    </a>
  );
}

interface RefProps {
  kind: string;
  id: number;
  /** The row itself, when the list was asked to expand it. */
  known?: unknown;
  flat?: boolean;
}

/** The name of the record referred to, fetched once and kept. */
export function RefText({ kind, id, known, flat }: RefProps) {
  const given = known && typeof known === 'object' ? (known as Row) : undefined;
  const { data, isError } = useRecord(kind, given ? undefined : id);
  const row = given ?? data;
  if (isError) return <Unknown />;
  if (!row) return <span className="i3">…</span>;
  const title = titleOf(row);
  if (kind === 'users')
    return (
      <span className="row">
        <Avatar person={{ id, name: title }} decorative />
        <span className="cut">{title}</span>
      </span>
    );
  const path = flat ? undefined : recordPath(kind, id);
  return path ? (
    <Link className="link" href={path}>
      {title}
    </Link>
  ) : (
    title
  );
}
