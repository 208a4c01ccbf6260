import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { api } from '../../../api/client.ts';
import { dateText } from '../../../format/dates.ts';
import { moneyText } from '../../../format/money.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { type Past, usePast } from '../../../parts/past.ts';
import type { IconName } from '../../../parts/shapes.tsx';
import { t } from '../../../texts/index.ts';
import type { BoardData, Card, Column } from '../data.ts';
import { useComparing } from './PastActions.tsx';
import classes from './past.module.css';

export type What = 'new' | 'moved' | 'grown' | 'shrunk' | 'won' | 'lost' | 'reopened' | 'slipped' | 'deleted';

export interface DiffDeal {
  id: number;
  title: string;
  value: number | null;
  value_then?: number | null;
  currency: string;
  stage_id_then: number | null;
  stage_id_now: number | null;
  what: What[];
  opened_at?: string;
  closed_at?: string | null;
}

export interface Diff {
  deals: DiffDeal[];
  counts: Partial<Record<What, number>>;
}

/** What changed between a past day and now. */
export function useDiff(past: Past | null, pipeline: number, enabled: boolean) {
  return useQuery({
    queryKey: ['board', 'diff', pipeline, past?.day],
    queryFn: ({ signal }) => api.get<Diff>('/board/diff', { pipeline, from: past?.as_of }, signal),
    enabled: enabled && past !== null,
  });
}

export interface Comparison {
  /** The strip under a card: what became of it. */
  strip: (card: Card) => ReactNode;
  /** The deals that stand in a column now and did not exist then. */
  ghosts: (column: Column) => ReactNode;
}

/** Set against now when the person asked for it, or undefined. */
export function useComparison(board: BoardData, pipeline: number): Comparison | undefined {
  const past = usePast();
  const comparing = useComparing();
  const { data: diff } = useDiff(past, pipeline, comparing);
  return useMemo(() => {
    if (!past || !comparing || !diff) return undefined;
    const byId = new Map(diff.deals.map((d) => [d.id, d]));
    const fresh = Map.groupBy(
      diff.deals.filter((d) => d.what.includes('new') && d.stage_id_now !== null),
      (d) => d.stage_id_now,
    );
    const stageName = (id: number | null) => board.stages.find((s) => s.id === id)?.name ?? '';
    return {
      strip: (card) => <Strip {...became(card, byId.get(card.id), stageName)} />,
      ghosts: (column) => <Ghosts deals={fresh.get(column.id) ?? []} />,
    };
  }, [past, comparing, diff, board.stages]);
}

interface Became {
  tone: 'same' | 'moved' | 'won' | 'lost' | 'changed';
  icon?: IconName;
  text: string;
}

function became(card: Card, deal: DiffDeal | undefined, stageName: (id: number | null) => string): Became {
  if (!deal) return { tone: 'same', text: t('past.strip.same') };
  const { what } = deal;
  if (what.includes('won'))
    return {
      tone: 'won',
      icon: 'won',
      text: t('past.strip.won', {
        date: deal.closed_at ? dateText(deal.closed_at) : '',
        value: moneyText(deal.value ?? 0, deal.currency),
      }),
    };
  if (what.includes('lost'))
    return {
      tone: 'lost',
      icon: 'lost',
      text: t('past.strip.lost', { date: deal.closed_at ? dateText(deal.closed_at) : '' }),
    };
  if (what.includes('deleted')) return { tone: 'lost', icon: 'trash', text: t('past.strip.deleted') };
  const change = amountChange(card, deal);
  if (what.includes('moved')) {
    const stage = stageName(deal.stage_id_now);
    return {
      tone: 'moved',
      icon: 'arrowRight',
      text: change
        ? t('past.strip.movedAnd', { stage, change: change.text })
        : t('past.strip.moved', { stage }),
    };
  }
  if (change)
    return { tone: 'changed', icon: change.icon, text: t('past.strip.still', { change: change.text }) };
  return { tone: 'same', text: t(what.includes('slipped') ? 'past.strip.slipped' : 'past.strip.same') };
}

function amountChange(card: Card, deal: DiffDeal): { icon: IconName; text: string } | undefined {
  const then = deal.value_then ?? card.value;
  if (then === null || deal.value === null || card.currency !== deal.currency || then === deal.value)
    return undefined;
  const value = moneyText(Math.abs(deal.value - then), deal.currency);
  return deal.value > then
    ? { icon: 'arrowUp', text: t('past.strip.more', { value }) }
    : { icon: 'arrowDown', text: t('past.strip.less', { value }) };
}

function Strip({ tone, icon, text }: Became) {
  return (
    <div className={classes.strip} data-tone={tone}>
      {icon && <Icon name={icon} small />}
      <span className="cut">{text}</span>
    </div>
  );
}

const named = 3;

function Ghosts({ deals }: { deals: DiffDeal[] }) {
  if (deals.length === 0) return null;
  return (
    <ul className={classes.ghosts}>
      <li>
        <b className="row">
          <Icon name="plus" small />
          {t('past.newHere', { n: deals.length })}
        </b>
      </li>
      {deals.slice(0, named).map((deal) => (
        <li key={deal.id}>
          <span className="cut">{deal.title}</span>
          {deal.opened_at && <span className="i3">{dateText(deal.opened_at)}</span>}
        </li>
      ))}
    </ul>
  );
}
