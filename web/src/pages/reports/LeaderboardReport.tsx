import { numberText, percentText } from '../../format/locale.ts';
import { EmptyState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { RateAxis, RateDot, RowChart } from './charts.tsx';
import { Deals, Figure } from './Figure.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import { ReportTable } from './ReportTable.tsx';
import classes from './reports.module.css';
import { closedIn, dealsHref, type Scope, useReport } from './scope.ts';
import type { Leaderboard } from './types.ts';
import { Waiting } from './Waiting.tsx';

type Owner = Leaderboard['owners'][number];

const drawn = (o: Owner) => ({ ...o.raw, rate: o.shrunk, low: o.low, high: o.high, weak: o.raw.weak });

/** Who wins how much of what he closes, and whether that says anything about him. */
export function LeaderboardReport({ scope }: { scope: Scope }) {
  const query = useReport<Leaderboard>('leaderboard', { ...scope.query, ...scope.span });
  const report = query.data;
  if (!report) return <Waiting query={query} />;
  const { owners, evidence, prior } = report;
  const name = (o: Owner) => o.name ?? t('reports.noName');
  const href = (o: Owner, status: string) =>
    o.owner_id === null
      ? undefined
      : dealsHref(scope, { owner_id: o.owner_id, status, closed_at: closedIn(scope.span) });
  return (
    <ReportPanel
      title={t('reports.leaderboard')}
      report={report}
      csv={{
        name: 'leaderboard',
        rows: [
          ['owner', 'won', 'closed', 'rate', 'drawn', 'low', 'high', 'chance above the mean'],
          ...owners.map((o) => [name(o), o.won, o.closed, o.raw.rate, o.shrunk, o.low, o.high, o.above_mean]),
        ],
      }}
      figures={
        <>
          <Figure
            label={t('reports.commonRate')}
            value={prior.mean === null ? '—' : percentText(prior.mean)}
            detail={t('reports.dealsN', { n: report.population.n })}
          />
          <Figure
            label={t('reports.doTheyDiffer')}
            value={evidence.differ ? t('reports.theyDiffer') : t('reports.noEvidence')}
            detail={
              evidence.p === null
                ? undefined
                : evidence.p < 0.01
                  ? t('reports.pTiny')
                  : t('reports.pValue', { p: evidence.p.toFixed(2) })
            }
          />
        </>
      }
    >
      {owners.length === 0 ? (
        <EmptyState icon="reports" title={t('reports.empty')} hint={t('reports.emptyHint')} />
      ) : (
        <>
          {!evidence.differ && <p className={classes.hint}>{t('reports.noEvidenceHint')}</p>}
          <RowChart
            label={t('reports.leaderboardChart')}
            rows={owners.map((o) => ({
              key: o.owner_id ?? 'none',
              label: name(o),
              weak: !evidence.differ,
              drawing: <RateDot rate={drawn(o)} mark={prior.mean} />,
              figure: (
                <>
                  <b>{o.shrunk === null ? '—' : percentText(o.shrunk)}</b>
                  <span className="i3">{t('reports.ofN', { x: o.won, n: o.closed })}</span>
                </>
              ),
            }))}
            axis={<RateAxis />}
            legend={[
              { tone: 'dot', text: t('reports.drawnRate') },
              { tone: 'band', text: t('reports.legendInterval') },
              { tone: 'mark', text: t('reports.all') },
            ]}
          />
          <ReportTable
            rows={owners}
            id={(o) => o.owner_id ?? 'none'}
            columns={[
              { head: t('reports.by.owner'), cell: name },
              {
                head: t('reports.won'),
                cell: (o) => <Deals href={href(o, 'won')}>{numberText(o.won)}</Deals>,
              },
              { head: t('reports.closed'), cell: (o) => numberText(o.closed) },
              { head: t('reports.rate'), cell: (o) => (o.raw.rate === null ? '—' : percentText(o.raw.rate)) },
              {
                head: t('reports.drawnRate'),
                cell: (o) =>
                  o.shrunk === null
                    ? '—'
                    : `${percentText(o.shrunk)} (${t('reports.interval', { low: percentText(o.low ?? 0), high: percentText(o.high ?? 1) })})`,
              },
              {
                head: t('reports.aboveMean'),
                cell: (o) => (o.above_mean === null ? '—' : percentText(o.above_mean)),
              },
            ]}
          />
        </>
      )}
    </ReportPanel>
  );
}
