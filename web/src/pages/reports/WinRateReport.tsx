import { SegmentedControl } from '@mantine/core';
import { addDays } from '../../format/dates.ts';
import { numberFormat, numberText, percentText } from '../../format/locale.ts';
import { setAddress } from '../../parts/past.ts';
import { EmptyState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { RateAxis, RateDot, RowChart } from './charts.tsx';
import { Deals, Figure } from './Figure.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import classes from './reports.module.css';
import { before, closedIn, dealsHref, type Scope, useReport } from './scope.ts';
import type { Rate, ValueRate, WinRate } from './types.ts';
import { Waiting } from './Waiting.tsx';

const groupings = ['owner', 'source', 'month', 'currency'] as const;
type Grouping = (typeof groupings)[number];

const interval = (rate: { low: number | null; high: number | null }) =>
  t('reports.interval', { low: percentText(rate.low ?? 0), high: percentText(rate.high ?? 1) });

const signed = (points: number) =>
  numberFormat({ maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(points).replace('-', '−');

/** How many of the deals that closed were won, by count and by value, with how sure that is. */
export function WinRateReport({ scope }: { scope: Scope }) {
  const by = groupings.find((g) => g === scope.words.get('by')) ?? 'owner';
  const query = useReport<WinRate>('win-rate', { ...scope.query, ...scope.span, by });
  const earlier = useReport<WinRate>(
    'win-rate',
    { ...scope.query, ...(scope.span ? before(scope.span) : {}) },
    scope.span !== null,
  );
  const report = query.data;
  if (!report) return <Waiting query={query} />;
  const { count, value } = report;
  const was = scope.span ? earlier.data : undefined;
  const groups = [...report.groups].sort((a, b) =>
    by === 'month' ? a.key.localeCompare(b.key) : b.count.n - a.count.n,
  );
  const closed = closedIn(scope.span);
  return (
    <ReportPanel
      title={t('reports.win-rate')}
      report={report}
      csv={{
        name: 'win-rate',
        rows: [
          [by, 'won', 'closed', 'rate', 'low', 'high', 'value rate', 'value low', 'value high'],
          ...groups.map((g) => [
            g.name ?? '',
            g.count.x,
            g.count.n,
            g.count.rate,
            g.count.low,
            g.count.high,
            g.value.rate,
            g.value.low,
            g.value.high,
          ]),
        ],
      }}
      switches={
        <div className={classes.switch}>
          <span id="win-rate-by">{t('reports.by')}</span>
          <SegmentedControl
            size="xs"
            aria-labelledby="win-rate-by"
            data={groupings.map((g) => ({ value: g, label: t(`reports.by.${g}`) }))}
            value={by}
            onChange={(g) => setAddress({ by: g === 'owner' ? null : g })}
          />
        </div>
      }
      figures={
        <>
          <Figure
            label={t('reports.byCount')}
            value={count.rate === null ? '—' : percentText(count.rate)}
            weak={count.weak}
            href={dealsHref(scope, { closed_at: closed })}
            detail={
              count.rate === null
                ? undefined
                : `${t('reports.likely', { low: percentText(count.low ?? 0), high: percentText(count.high ?? 1) })} · ${t('reports.ofN', { x: count.x, n: count.n })}`
            }
            change={<Change now={count} was={was?.count} />}
          />
          <Figure
            label={t('reports.byValue')}
            value={value.rate === null ? '—' : percentText(value.rate)}
            detail={
              value.rate === null
                ? undefined
                : `${t('reports.likely', { low: percentText(value.low ?? 0), high: percentText(value.high ?? 1) })} · ${t('reports.nEff', { n: Math.round(value.n_eff ?? 0) })}`
            }
            change={<Change now={value} was={was?.value} />}
          />
        </>
      }
    >
      {groups.length === 0 ? (
        <EmptyState icon="reports" title={t('reports.empty')} hint={t('reports.emptyHint')} />
      ) : (
        <>
          <RowChart
            label={t('reports.rateChart')}
            rows={groups.map((g) => ({
              key: g.key,
              label: g.name || t('reports.noName'),
              weak: g.count.weak,
              drawing: <RateDot rate={g.count} mark={count.rate} />,
              figure: (
                <>
                  <b>{g.count.rate === null ? '—' : percentText(g.count.rate)}</b>
                  <span className="i3">
                    {g.count.weak ? t('reports.fewCases') : t('reports.ofN', { x: g.count.x, n: g.count.n })}
                  </span>
                </>
              ),
            }))}
            axis={<RateAxis />}
            legend={[
              { tone: 'dot', text: t('reports.rate') },
              { tone: 'band', text: t('reports.legendInterval') },
              { tone: 'mark', text: t('reports.all') },
            ]}
          />
          <Table scope={scope} by={by} groups={groups} />
        </>
      )}
    </ReportPanel>
  );
}

interface Bounds {
  rate: number | null;
  low: number | null;
  high: number | null;
}

/* A change is news only when the two intervals have nothing in common. */
function Change({ now, was }: { now: Rate | ValueRate; was: Bounds | undefined }) {
  if (now.rate === null || !was || was.rate === null) return null;
  const change = signed((now.rate - was.rate) * 100);
  const overlap = (now.low ?? 0) <= (was.high ?? 1) && (was.low ?? 0) <= (now.high ?? 1);
  return (
    <>
      {t('reports.points', { change })}
      {overlap && `, ${t('reports.chance')}`}
    </>
  );
}

interface TableProps {
  scope: Scope;
  by: Grouping;
  groups: WinRate['groups'];
}

function Table({ scope, by, groups }: TableProps) {
  const closed = closedIn(scope.span);
  const behind = (key: string, status: Record<string, string>) => {
    const none = key === '' || key === 'null' || key === '0';
    if (by === 'month') {
      const next = addDays(`${key}-28`, 5).slice(0, 7);
      return dealsHref(scope, { closed_at: `${key}-01..${addDays(`${next}-01`, -1)}`, ...status });
    }
    const word = by === 'currency' ? 'currency' : `${by}_id`;
    return dealsHref(scope, { [word]: none ? '-' : key, closed_at: closed, ...status });
  };
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t(`reports.by.${by}`)}</th>
            <th scope="col" className="num">
              {t('reports.won')}
            </th>
            <th scope="col" className="num">
              {t('reports.closed')}
            </th>
            <th scope="col" className="num">
              {t('reports.rate')}
            </th>
            <th scope="col" className="num">
              {t('reports.valueRate')}
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((g) => (
            <tr key={g.key} data-weak={g.count.weak || undefined}>
              <th scope="row">{g.name || t('reports.noName')}</th>
              <td className="num">
                <Deals href={behind(g.key, { status: 'won' })}>{numberText(g.count.x)}</Deals>
              </td>
              <td className="num">
                <Deals href={behind(g.key, {})}>{numberText(g.count.n)}</Deals>
              </td>
              <td className="num">
                {g.count.rate === null ? '—' : `${percentText(g.count.rate)} (${interval(g.count)})`}
              </td>
              <td className="num">
                {g.value.rate === null ? '—' : `${percentText(g.value.rate)} (${interval(g.value)})`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
