import { numberFormat, numberText, percentText } from '../../format/locale.ts';
import { EmptyState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { RowChart, SpanBar } from './charts.tsx';
import { Deals, Figure } from './Figure.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import { ReportTable } from './ReportTable.tsx';
import { dealsHref, type Scope, useReport } from './scope.ts';
import type { Dwell } from './types.ts';
import { Waiting } from './Waiting.tsx';

const number = (n: number) => numberFormat({ maximumFractionDigits: 1 }).format(n);
const days = (n: number | null) =>
  n === null ? t('reports.notReached') : t('reports.days', { n: number(n) });

/** How long deals stand in each stage, and by which way they leave it. */
export function DwellReport({ scope }: { scope: Scope }) {
  const query = useReport<Dwell>('dwell', { ...scope.query, ...scope.span });
  const report = query.data;
  if (!report) return <Waiting query={query} />;
  const stages = report.stages.filter((s) => s.visits > 0);
  const slowest = stages.reduce<Dwell['stages'][number] | undefined>(
    (most, s) => (!s.weak && (s.median ?? 0) > (most?.median ?? 0) ? s : most),
    undefined,
  );
  const top = Math.max(1, ...stages.map((s) => s.p90 ?? s.p75 ?? s.median ?? 0));
  const left = (s: Dwell['stages'][number]) => Math.max(1, s.visits - s.open);
  return (
    <ReportPanel
      title={t('reports.dwell')}
      report={report}
      csv={{
        name: 'dwell',
        rows: [
          [
            'stage',
            'visits',
            'open',
            'median',
            'p75',
            'p90',
            'mean of finished',
            'forward',
            'back',
            'won',
            'lost',
          ],
          ...report.stages.map((s) => [
            s.name,
            s.visits,
            s.open,
            s.median,
            s.p75,
            s.p90,
            s.completed_mean,
            s.exits.forward,
            s.exits.back,
            s.exits.won,
            s.exits.lost,
          ]),
        ],
      }}
      figures={
        slowest && (
          <Figure
            label={t('reports.slowestStage')}
            value={slowest.name}
            detail={t('reports.slowestDetail', { days: days(slowest.median) })}
            href={dealsHref(scope, { stage_id: slowest.stage_id, status: 'open' })}
          />
        )
      }
    >
      {stages.length === 0 ? (
        <EmptyState icon="reports" title={t('reports.empty')} hint={t('reports.emptyHint')} />
      ) : (
        <>
          <RowChart
            label={t('reports.dwellChart')}
            rows={stages.map((s) => ({
              key: s.stage_id,
              label: s.name,
              weak: s.weak,
              drawing: <SpanBar half={s.median} most={s.p90 ?? s.p75} top={top} hover={days(s.median)} />,
              figure: (
                <>
                  <b>{days(s.median)}</b>
                  {s.weak && <span>{t('reports.fewCases')}</span>}
                </>
              ),
            }))}
            legend={[
              { tone: 'strong', text: t('reports.halfLeft') },
              { tone: 'band', text: t('reports.mostLeft') },
            ]}
          />
          <ReportTable
            rows={stages}
            id={(s) => s.stage_id}
            weak={(s) => s.weak}
            columns={[
              { head: t('reports.stage'), cell: (s) => s.name },
              { head: t('reports.visits'), cell: (s) => numberText(s.visits) },
              {
                head: t('reports.stillThere'),
                cell: (s) => (
                  <Deals href={dealsHref(scope, { stage_id: s.stage_id, status: 'open' })}>
                    {numberText(s.open)}
                  </Deals>
                ),
              },
              { head: t('reports.median'), cell: (s) => days(s.median) },
              { head: t('reports.p75'), cell: (s) => days(s.p75) },
              { head: t('reports.p90'), cell: (s) => days(s.p90) },
              { head: t('reports.wentOn'), cell: (s) => percentText(s.exits.forward / left(s)) },
              { head: t('reports.wentBack'), cell: (s) => percentText(s.exits.back / left(s)) },
              { head: t('reports.won'), cell: (s) => percentText(s.exits.won / left(s)) },
              { head: t('reports.lostHead'), cell: (s) => percentText(s.exits.lost / left(s)) },
            ]}
          />
        </>
      )}
    </ReportPanel>
  );
}
