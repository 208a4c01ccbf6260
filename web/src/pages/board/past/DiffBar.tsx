import { daysBetween, today } from '../../../format/dates.ts';
import { numberText } from '../../../format/locale.ts';
import { moneyDelta, moneyShort } from '../../../format/money.ts';
import { Icon } from '../../../parts/Icon.tsx';
import type { Past } from '../../../parts/past.ts';
import type { IconName } from '../../../parts/shapes.tsx';
import { t, tx } from '../../../texts/index.ts';
import { type BoardData, useBoard } from '../data.ts';
import classes from './past.module.css';
import { type Diff, type DiffDeal, useDiff } from './useComparison.tsx';

const shown = [
  { what: 'new', icon: 'plus' },
  { what: 'moved', icon: 'arrowRight' },
  { what: 'grown', icon: 'arrowUp' },
  { what: 'shrunk', icon: 'arrowDown' },
  { what: 'won', icon: 'won' },
  { what: 'lost', icon: 'lost' },
] as const satisfies { what: string; icon: IconName }[];

interface Props {
  past: Past;
  pipeline: number;
  board: BoardData | undefined;
}

/** How many deals came, moved, grew, shrank, were won and lost between that day and now. */
export function DiffBar({ past, pipeline, board }: Props) {
  const { data: diff, isError } = useDiff(past, pipeline, true);
  const now = useBoard({ pipeline }, true).data;
  if (isError) return <p className={classes.diff}>{t('past.failed')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow page it scrolls, so the keyboard must reach it
    <section className={classes.diff} aria-label={t('past.compare')} tabIndex={0}>
      <span className="t13 i2">{t('past.later', { n: daysBetween(past.day, today()) })}</span>
      {shown.map(({ what, icon }) => (
        <span key={what} className="chip" data-what={what}>
          <Icon name={icon} small />
          {t(`past.what.${what}`)} <b>{diff ? numberText(diff.counts[what] ?? 0) : '…'}</b>
          {diff && board && <Sum diff={diff} what={what} currency={board.currency} />}
        </span>
      ))}
      <span className={classes.push} />
      {board && now && (
        <p className={classes.totals}>
          {tx('past.thenNow', {
            before: <b key="before">{t('past.deals', { n: board.total.count })}</b>,
            thenValue: <b key="thenValue">{moneyShort(board.total.value, board.currency)}</b>,
            arrow: (
              <span key="arrow" className="i3">
                →
              </span>
            ),
            now: <b key="now">{numberText(now.total.count)}</b>,
            nowValue: <b key="nowValue">{moneyShort(now.total.value, now.currency)}</b>,
          })}
        </p>
      )}
    </section>
  );
}

type Shown = (typeof shown)[number]['what'];

/* What the chip's deals add up to: their worth, or by how much it changed. */
const worth: Partial<Record<Shown, (deal: DiffDeal) => number>> = {
  new: (d) => d.value ?? 0,
  won: (d) => d.value ?? 0,
  lost: (d) => d.value ?? 0,
  grown: (d) => (d.value ?? 0) - (d.value_then ?? 0),
  shrunk: (d) => (d.value ?? 0) - (d.value_then ?? 0),
};

/* Shown only when every amount is in the board's currency: a sum over several would need rates this page does not have. */
function Sum({ diff, what, currency }: { diff: Diff; what: Shown; currency: string }) {
  const of = worth[what];
  const deals = diff.deals.filter((d) => d.what.includes(what));
  if (!of || deals.length === 0 || deals.length < (diff.counts[what] ?? 0)) return null;
  if (deals.some((d) => d.currency !== currency)) return null;
  const sum = deals.reduce((total, d) => total + of(d), 0);
  const signed = what !== 'won' && what !== 'lost';
  return <span className="i3">{signed ? moneyDelta(sum, currency) : moneyShort(sum, currency)}</span>;
}
