import { numberText } from '../../format/locale.ts';
import { moneyText } from '../../format/money.ts';
import { EmptyState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { Figure } from './Figure.tsx';
import { RangeBox } from './RangeBox.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import { ReportTable } from './ReportTable.tsx';
import { closedIn, dealsHref, type Scope, useReport } from './scope.ts';
import type { DealSize } from './types.ts';
import { Waiting } from './Waiting.tsx';

/** How large won deals are: the middle, the spread, and how sure the mean is. */
export function DealSizeReport({ scope }: { scope: Scope }) {
  const query = useReport<DealSize>('deal-size', { ...scope.query, ...scope.span });
  const report = query.data;
  if (!report) return <Waiting query={query} />;
  const money = (x: number | null) => (x === null ? '—' : moneyText(Math.round(x), report.currency));
  const rows: [string, number | null][] = [
    [t('reports.least'), report.least],
    [t('reports.quarterBelow'), report.p25],
    [t('reports.median'), report.median],
    [t('reports.mean'), report.mean],
    [t('reports.trimmedMean'), report.trimmed_mean],
    [t('reports.quarterAbove'), report.p75],
    [t('reports.most'), report.most],
    [t('reports.total'), report.sum],
  ];
  const likely = (low: number | null, high: number | null) =>
    low === null ? t('reports.tooFew') : t('reports.likely', { low: money(low), high: money(high) });
  return (
    <ReportPanel
      title={t('reports.deal-size')}
      report={report}
      csv={{ name: 'deal-size', rows: [['figure', report.currency], ...rows] }}
      figures={
        <>
          <Figure
            label={t('reports.median')}
            value={money(report.median)}
            weak={report.n < 30}
            detail={likely(report.median_low, report.median_high)}
          />
          <Figure
            label={t('reports.mean')}
            value={money(report.mean)}
            weak={report.n < 30}
            detail={likely(report.mean_low, report.mean_high)}
          />
          <Figure
            label={t('reports.wonDeals')}
            value={numberText(report.population.n)}
            href={dealsHref(scope, { status: 'won', closed_at: closedIn(scope.span) })}
            detail={report.ignored > 0 ? t('reports.withoutValue', { n: report.ignored }) : undefined}
          />
        </>
      }
    >
      {report.n === 0 ? (
        <EmptyState icon="reports" title={t('reports.empty')} hint={t('reports.emptyHint')} />
      ) : (
        <>
          <RangeBox
            label={t('reports.sizeChart')}
            least={report.least ?? 0}
            low={report.p25 ?? 0}
            middle={report.median ?? 0}
            high={report.p75 ?? 0}
            text={money}
          />
          <ReportTable
            rows={rows}
            id={([name]) => name}
            columns={[
              { head: t('reports.figure'), cell: ([name]) => name },
              { head: report.currency, cell: ([, value]) => money(value) },
            ]}
          />
        </>
      )}
    </ReportPanel>
  );
}
