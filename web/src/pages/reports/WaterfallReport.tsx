import { SegmentedControl } from '@mantine/core';
import { Link } from 'wouter';
import { addDays, dateText, today } from '../../format/dates.ts';
import { numberText } from '../../format/locale.ts';
import { moneyDelta, moneyShort, moneyText } from '../../format/money.ts';
import { setAddress } from '../../parts/past.ts';
import { EmptyState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { FloatBar, RowChart } from './charts.tsx';
import { Figure } from './Figure.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import { ReportTable } from './ReportTable.tsx';
import classes from './reports.module.css';
import { dealsHref, type Scope, useReport } from './scope.ts';
import type { Waterfall, WaterfallBar } from './types.ts';
import { Waiting } from './Waiting.tsx';

const modes = ['net', 'gross'] as const;
const quarterOf = (day: string, plus: number) => {
  const from = new Date(
    Date.UTC(Number(day.slice(0, 4)), Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + plus * 3, 1),
  );
  const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 3, 0));
  return `${from.toISOString().slice(0, 10)}..${to.toISOString().slice(0, 10)}`;
};

/** What was there at the start, what came and went, and what is there at the end, exact to the cent. */
export function WaterfallReport({ scope }: { scope: Scope }) {
  const mode = modes.find((m) => m === scope.words.get('mode')) ?? 'net';
  const close = scope.words.get('close') ?? 'any';
  const day = scope.past?.day ?? today();
  const scopes: Record<string, string | undefined> = { quarter: quarterOf(day, 0), next: quarterOf(day, 1) };
  const span = scope.span ?? { from: addDays(day, -30), to: addDays(day, 1) };
  const query = useReport<Waterfall>('waterfall', {
    ...scope.query,
    ...span,
    mode,
    expected_close: scopes[close],
  });
  const report = query.data;
  if (!report) return <Waiting query={query} />;
  const shown = report.bars.filter((b) => b.amount !== 0 || b.bar === 'start' || b.bar === 'end');
  const name = (bar: WaterfallBar['bar']) => t(`reports.bar.${bar}`);
  let at = 0;
  const placed = shown.map((b) => {
    const whole = b.bar === 'start' || b.bar === 'end';
    const from = whole ? 0 : at;
    const to = whole ? b.amount : at + b.amount;
    at = to;
    return { ...b, whole, from, to };
  });
  const top = Math.max(1, ...placed.flatMap((b) => [b.from, b.to]));
  return (
    <ReportPanel
      title={t('reports.waterfall')}
      report={report}
      csv={{
        name: 'waterfall',
        rows: [['bar', report.currency, 'deals'], ...report.bars.map((b) => [b.bar, b.amount, b.count])],
      }}
      switches={
        <>
          <div className={classes.switch}>
            <span id="waterfall-mode">{t('reports.mode')}</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="waterfall-mode"
              data={modes.map((m) => ({ value: m, label: t(`reports.mode.${m}`) }))}
              value={mode}
              onChange={(m) => setAddress({ mode: m === 'net' ? null : m })}
            />
          </div>
          <div className={classes.switch}>
            <span id="waterfall-close">{t('reports.closing')}</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="waterfall-close"
              data={(['any', 'quarter', 'next'] as const).map((c) => ({
                value: c,
                label: t(`reports.closing.${c}`),
              }))}
              value={close}
              onChange={(c) => setAddress({ close: c === 'any' ? null : c })}
            />
          </div>
        </>
      }
      figures={
        <>
          <Figure
            label={t('reports.openAt', { day: dateText(report.from) })}
            value={moneyShort(report.start, report.currency)}
          />
          <Figure
            label={t('reports.openAt', { day: dateText(report.to) })}
            value={moneyShort(report.end, report.currency)}
            detail={moneyDelta(report.end - report.start, report.currency)}
            href={dealsHref(scope, { status: 'open' })}
          />
          <Figure
            label={t('reports.won')}
            value={moneyShort(-report.won, report.currency)}
            detail={t('reports.dealsN', { n: report.bars.find((b) => b.bar === 'won')?.count ?? 0 })}
          />
        </>
      }
    >
      {report.population.n === 0 ? (
        <EmptyState icon="reports" title={t('reports.empty')} hint={t('reports.emptyHint')} />
      ) : (
        <>
          <RowChart
            label={t('reports.waterfallChart')}
            rows={placed.map((b) => ({
              key: b.bar,
              label: name(b.bar),
              drawing: (
                <FloatBar
                  from={b.from / top}
                  to={b.to / top}
                  tone={b.whole ? 'strong' : b.amount >= 0 ? 'band' : 'grey'}
                  hover={moneyText(b.amount, report.currency)}
                  last={b.bar === 'end'}
                />
              ),
              figure: (
                <b>
                  {b.whole ? moneyShort(b.amount, report.currency) : moneyDelta(b.amount, report.currency)}
                </b>
              ),
            }))}
          />
          <ReportTable
            rows={report.bars}
            id={(b) => b.bar}
            columns={[
              { head: t('reports.change'), cell: (b) => name(b.bar) },
              { head: t('reports.deals'), cell: (b) => numberText(b.count) },
              { head: t('reports.value'), cell: (b) => moneyText(b.amount, report.currency) },
              {
                head: t('reports.which'),
                words: true,
                cell: (b) => <Which bar={b} />,
              },
            ]}
          />
        </>
      )}
    </ReportPanel>
  );
}

/** The deals behind a bar, largest first. */
function Which({ bar }: { bar: WaterfallBar }) {
  const [largest] = bar.deals;
  if (!largest) return null;
  return (
    <span className={classes.which}>
      <Link href={`/deals/${largest.id}`} className={classes.deals}>
        {largest.title ?? `#${largest.id}`}
      </Link>
      {bar.count > 1 && <span className="i3">{t('reports.andMore', { n: bar.count - 1 })}</span>}
    </span>
  );
}
