import { useState } from 'react';
import { Link } from 'wouter';
import { useList, useSummary } from '../../api/records.ts';
import { useKind } from '../../api/session.ts';
import type { Deal } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import { useRights } from '../editable.ts';
import { recordPath } from '../fields/paths.ts';
import { ValueText } from '../fields/ValueText.tsx';
import { usePast } from '../past.ts';
import { DateText, MoneyText } from '../texts.tsx';
import { CreateDialog } from './CreateDialog.tsx';
import { Panel } from './Panel.tsx';
import classes from './record.module.css';

interface Props {
  /** The field of a deal that leads here, and whose id it holds. */
  by: 'organisation_id' | 'person_id';
  id: number;
  /** What a new deal from here begins with. */
  given: Record<string, unknown>;
}

const most = 8;

/** The deals with an organisation or a person: the open ones first, and what they add up to. */
export function DealsOf({ by, id, given }: Props) {
  const [adding, setAdding] = useState(false);
  const { create } = useRights('deals');
  const as_of = usePast()?.as_of;
  const open = useList<Deal>('deals', {
    [by]: id,
    status: 'open',
    sort: '-value',
    limit: most,
    expand: 'stage',
    as_of,
  });
  const closed = useList<Deal>('deals', {
    [by]: id,
    'status.ne': 'open',
    sort: '-closed_at',
    limit: most,
    expand: 'stage',
    as_of,
  });
  const deals = [...(open.data?.data ?? []), ...(closed.data?.data ?? [])].slice(0, most);
  const known = open.data && closed.data;
  return (
    <Panel
      title={t('related.deals')}
      add={create && { label: t('related.addDeal'), run: () => setAdding(true) }}
    >
      <ul>
        {deals.map((deal) => (
          <DealRow key={deal.id} deal={deal} />
        ))}
      </ul>
      {known && deals.length === 0 && <p className="t13 i3">{t('related.noDeals')}</p>}
      {deals.length > 0 && <Sums by={by} id={id} />}
      {adding && <CreateDialog kind="deals" given={given} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function DealRow({ deal }: { deal: Deal }) {
  const field = useKind('deals')?.fields.find((f) => f.name === 'status');
  const stage = deal.stage as { name?: string } | null | undefined;
  return (
    <li className={classes.related}>
      <div className="grow">
        <p className="b cut">
          <Link href={recordPath('deals', deal.id) ?? ''}>{deal.title}</Link>
        </p>
        <p className="i2 cut">
          {deal.status === 'open' ? stage?.name : deal.closed_at && <DateText value={deal.closed_at} plain />}
        </p>
      </div>
      {deal.status !== 'open' && field && <ValueText field={field} row={deal} />}
      {deal.value !== null && <MoneyText amount={deal.value} currency={deal.currency} />}
    </li>
  );
}

const sums = ['open', 'won', 'lost'] as const;

function Sums({ by, id }: { by: string; id: number }) {
  return (
    <p className={classes.relatedFoot}>
      {sums.map((status) => (
        <Sum key={status} by={by} id={id} status={status} />
      ))}
      <span className="grow" />
      <Link className="link" href={`/deals?${new URLSearchParams({ [by]: String(id) })}`}>
        {t('related.all')}
      </Link>
    </p>
  );
}

function Sum({ by, id, status }: { by: string; id: number; status: (typeof sums)[number] }) {
  const as_of = usePast()?.as_of;
  const { data } = useSummary('deals', { [by]: id, status, as_of });
  const value = data?.sums.value;
  if (!data || data.count === 0 || !value) return null;
  return (
    <span>
      <b>{data.count}</b> {t(`related.${status}`)}{' '}
      <MoneyText amount={value.amount} currency={value.currency} short />
    </span>
  );
}
