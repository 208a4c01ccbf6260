import { SegmentedControl } from '@mantine/core';
import { numberText, percentText } from '../../format/locale.ts';
import { setAddress } from '../../parts/past.ts';
import { EmptyState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { RateAxis, RateDot, RowChart, StackedBar } from './charts.tsx';
import { Deals, Figure } from './Figure.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import { ReportTable } from './ReportTable.tsx';
import classes from './reports.module.css';
import { dealsHref, type Scope, useReport } from './scope.ts';
import type { Funnel } from './types.ts';
import { Waiting } from './Waiting.tsx';

const definitions = ['reached', 'touched', 'strict'] as const;
const populations = ['cohort', 'entered', 'closed'] as const;

/** How far deals come, with the lost ones kept in, and how many of those that leave a stage move on. */
export function FunnelReport({ scope }: { scope: Scope }) {
  const definition = definitions.find((d) => d === scope.words.get('definition')) ?? 'reached';
  const population = populations.find((p) => p === scope.words.get('population')) ?? 'cohort';
  const query = useReport<Funnel>('funnel', { ...scope.query, ...scope.span, definition, population });
  const report = query.data;
  if (!report) return <Waiting query={query} />;
  const { stages } = report;
  const top = Math.max(1, ...stages.map((s) => s.count));
  const all = stages.reduce((sum, s) => sum + s.lost, 0);
  const drop = stages.reduce<Funnel['stages'][number] | undefined>(
    (worst, s) => (s.lost > (worst?.lost ?? 0) ? s : worst),
    undefined,
  );
  const of = (stage: number, status: string) => dealsHref(scope, { stage_id: stage, status });
  return (
    <ReportPanel
      title={t('reports.funnel')}
      report={report}
      csv={{
        name: 'funnel',
        rows: [
          ['stage', 'deals', 'moved on', 'lost', 'open', 'rate', 'low', 'high'],
          ...stages.map((s) => [
            s.name,
            s.count,
            s.advanced,
            s.lost,
            s.open,
            s.conversion.rate,
            s.conversion.low,
            s.conversion.high,
          ]),
        ],
      }}
      switches={
        <>
          <div className={classes.switch}>
            <span id="funnel-definition">{t('reports.definition')}</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="funnel-definition"
              data={definitions.map((d) => ({ value: d, label: t(`reports.definition.${d}`) }))}
              value={definition}
              onChange={(d) => setAddress({ definition: d === 'reached' ? null : d })}
            />
          </div>
          <div className={classes.switch}>
            <span id="funnel-population">{t('reports.who')}</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="funnel-population"
              data={populations.map((p) => ({ value: p, label: t(`reports.population.${p}`) }))}
              value={population}
              onChange={(p) => setAddress({ population: p === 'cohort' ? null : p })}
            />
          </div>
        </>
      }
      figures={
        <>
          <Figure
            label={t('reports.wonOf')}
            value={numberText(report.won)}
            detail={t('reports.ofDeals', { n: stages[0]?.count ?? 0 })}
            href={dealsHref(scope, { status: 'won' })}
          />
          {drop && (
            <Figure
              label={t('reports.biggestDrop')}
              value={drop.name}
              detail={t('reports.dropShare', { n: drop.lost, all })}
              href={of(drop.stage_id, 'lost')}
            />
          )}
        </>
      }
    >
      {population === 'closed' && <p className={classes.hint}>{t('reports.closedWarning')}</p>}
      {stages.every((s) => s.count === 0) ? (
        <EmptyState icon="reports" title={t('reports.empty')} hint={t('reports.emptyHint')} />
      ) : (
        <>
          <RowChart
            label={t('reports.funnelChart')}
            rows={stages.map((s) => ({
              key: s.stage_id,
              label: s.name,
              drawing: (
                <StackedBar
                  parts={[
                    {
                      tone: 'strong',
                      share: s.advanced / top,
                      hover: `${numberText(s.advanced)} ${t('reports.advanced')}`,
                    },
                    {
                      tone: 'band',
                      share: s.open / top,
                      hover: `${numberText(s.open)} ${t('reports.open')}`,
                    },
                    {
                      tone: 'grey',
                      share: s.lost / top,
                      hover: `${numberText(s.lost)} ${t('reports.lost')}`,
                    },
                  ]}
                />
              ),
              figure: <b>{numberText(s.count)}</b>,
            }))}
            legend={[
              { tone: 'strong', text: t('reports.advanced') },
              { tone: 'band', text: t('reports.open') },
              { tone: 'grey', text: t('reports.lost') },
            ]}
          />
          <section aria-labelledby="conversion">
            <h3 id="conversion" className="t14 b">
              {t('reports.conversion')}
            </h3>
            <RowChart
              label={t('reports.conversion')}
              rows={stages.map((s) => ({
                key: s.stage_id,
                label: s.name,
                weak: s.conversion.weak,
                drawing: <RateDot rate={s.conversion} />,
                figure: (
                  <>
                    <b>{s.conversion.rate === null ? '—' : percentText(s.conversion.rate)}</b>
                    {s.conversion.weak && <span>{t('reports.fewCases')}</span>}
                  </>
                ),
              }))}
              axis={<RateAxis />}
            />
          </section>
          <Table report={report} of={of} />
        </>
      )}
    </ReportPanel>
  );
}

function Table({
  report,
  of,
}: {
  report: Funnel;
  of: (stage: number, status: string) => string | undefined;
}) {
  return (
    <ReportTable
      rows={report.stages}
      id={(s) => s.stage_id}
      weak={(s) => s.conversion.weak}
      columns={[
        { head: t('reports.stage'), cell: (s) => s.name },
        { head: t('reports.reached'), cell: (s) => numberText(s.count) },
        { head: t('reports.advanced'), cell: (s) => numberText(s.advanced) },
        {
          head: t('reports.lost'),
          cell: (s) => <Deals href={of(s.stage_id, 'lost')}>{numberText(s.lost)}</Deals>,
        },
        {
          head: t('reports.open'),
          cell: (s) => <Deals href={of(s.stage_id, 'open')}>{numberText(s.open)}</Deals>,
        },
        {
          head: t('reports.conversion'),
          cell: (s) =>
            s.conversion.rate === null
              ? '—'
              : `${percentText(s.conversion.rate)} (${t('reports.interval', {
                  low: percentText(s.conversion.low ?? 0),
                  high: percentText(s.conversion.high ?? 1),
                })})`,
        },
      ]}
    />
  );
}
