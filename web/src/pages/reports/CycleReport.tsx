import { numberFormat, numberText, percentText } from '../../format/locale.ts';
import { EmptyState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { type Band, CurveChart } from './CurveChart.tsx';
import { Figure } from './Figure.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import { ReportTable } from './ReportTable.tsx';
import { dealsHref, type Scope, useReport } from './scope.ts';
import type { Cycle, CyclePoint } from './types.ts';
import { Waiting } from './Waiting.tsx';

const days = (n: number | null) =>
  n === null ? '—' : t('reports.days', { n: numberFormat({ maximumFractionDigits: 1 }).format(n) });

const share = (x: number | null) => (x === null ? '—' : percentText(x));

/** What becomes of opened deals with time: won, lost, or still open, each as a share of all that were opened. */
export function CycleReport({ scope }: { scope: Scope }) {
  const query = useReport<Cycle>('cycle', { ...scope.query, ...scope.span });
  const report = query.data;
  if (!report) return <Waiting query={query} />;
  const { curve, plateau, closed_only: closed, milestones } = report;
  const settled = curve.find((p) => plateau.open !== null && p.open - plateau.open < 0.01)?.day;
  const read = curve.filter((p) => p.day <= Math.max(30, settled ?? plateau.day ?? 365));
  const bands: Band[] = [
    {
      tone: 'won',
      label: t('reports.won'),
      of: (p) => p.won,
      low: (p) => p.won_low,
      high: (p) => p.won_high,
    },
    { tone: 'lost', label: t('reports.lostHead'), of: (p) => p.lost },
  ];
  return (
    <ReportPanel
      title={t('reports.cycle')}
      report={report}
      csv={{
        name: 'cycle',
        rows: [
          ['day', 'won', 'won low', 'won high', 'lost', 'open', 'at risk'],
          ...curve.map((p) => [p.day, p.won, p.won_low, p.won_high, p.lost, p.open, p.at_risk]),
        ],
      }}
      notes={report.late_entries > 0 ? [t('reports.lateEntries', { n: report.late_entries })] : []}
      figures={
        <>
          <Figure
            label={t('reports.everWon')}
            value={share(plateau.won)}
            detail={
              plateau.day === null
                ? t('reports.tooFew')
                : t('reports.withinDays', { days: numberText(plateau.day) })
            }
            href={dealsHref(scope, { status: 'won' })}
          />
          <Figure
            label={t('reports.halfOfWins')}
            value={days(plateau.half_of_wins_by)}
            detail={t('reports.halfOfWinsHint')}
          />
          <Figure
            label={t('reports.closedOnly')}
            value={days(closed.median_days)}
            detail={t('reports.closedOnlyHint', { mean: days(closed.mean_days), n: closed.n })}
          />
        </>
      }
    >
      {read.length === 0 ? (
        <EmptyState icon="reports" title={t('reports.empty')} hint={t('reports.emptyHint')} />
      ) : (
        <>
          <CurveChart label={t('reports.cycleChart')} points={read} bands={bands} />
          <ReportTable<CyclePoint>
            rows={milestones}
            id={(p) => p.day}
            columns={[
              { head: t('reports.afterDays'), cell: (p) => numberText(p.day) },
              {
                head: t('reports.won'),
                cell: (p) =>
                  `${percentText(p.won)} (${t('reports.interval', { low: percentText(p.won_low), high: percentText(p.won_high) })})`,
              },
              { head: t('reports.lostHead'), cell: (p) => percentText(p.lost) },
              { head: t('reports.stillOpen'), cell: (p) => percentText(p.open) },
              { head: t('reports.watched'), cell: (p) => numberText(p.at_risk) },
            ]}
          />
        </>
      )}
    </ReportPanel>
  );
}
