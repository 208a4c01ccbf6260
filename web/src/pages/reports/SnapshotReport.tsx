import { addDays, dateText, today } from '../../format/dates.ts';
import { numberText } from '../../format/locale.ts';
import { moneyDelta, moneyShort, moneyText } from '../../format/money.ts';
import { startOfDay } from '../../format/zone.ts';
import { t } from '../../texts/index.ts';
import { NestedBar, RowChart } from './charts.tsx';
import { Deals, Figure } from './Figure.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import classes from './reports.module.css';
import { dealsHref, type Scope, useReport } from './scope.ts';
import type { Snapshot } from './types.ts';
import { Waiting } from './Waiting.tsx';

const back = 28;

/** What is open, stage by stage, now or on a day of the past, against four weeks before. */
export function SnapshotReport({ scope }: { scope: Scope }) {
  const then = addDays(scope.past?.day ?? today(), -back);
  const query = useReport<Snapshot>('snapshot', scope.query);
  const earlier = useReport<Snapshot>('snapshot', { ...scope.query, as_of: startOfDay(addDays(then, 1)) });
  const report = query.data;
  if (!report) return <Waiting query={query} />;
  const { total, stages, currency } = report;
  const was = earlier.data?.total;
  const since = (now: number, before: number | undefined) =>
    before === undefined
      ? undefined
      : t('reports.since', { change: moneyDelta(now - before, currency), day: dateText(then) });
  const top = Math.max(1, ...stages.map((s) => s.value));
  const of = (stage: number) => dealsHref(scope, { stage_id: stage, status: 'open' });
  const unconverted = report.unconverted?.length ?? 0;
  return (
    <ReportPanel
      title={t('reports.snapshot')}
      report={report}
      notes={unconverted > 0 ? [t('reports.unconverted', { n: unconverted })] : []}
      csv={{
        name: 'pipeline',
        rows: [
          [t('reports.stage'), t('reports.deals'), t('reports.value'), t('reports.weighted'), currency],
          ...stages.map((s) => [s.name, s.count, s.value, s.weighted, currency]),
        ],
      }}
      figures={
        <>
          <Figure
            label={t('reports.openValue')}
            value={moneyShort(total.value, currency)}
            href={dealsHref(scope, { status: 'open' })}
            change={since(total.value, was?.value)}
          />
          <Figure
            label={t('reports.openWeighted')}
            value={moneyShort(total.weighted, currency)}
            change={since(total.weighted, was?.weighted)}
          />
          <Figure
            label={t('reports.openDeals')}
            value={numberText(total.count)}
            href={dealsHref(scope, { status: 'open' })}
            change={
              was &&
              t('reports.since', {
                change: `${total.count < was.count ? '−' : '+'}${Math.abs(total.count - was.count)}`,
                day: dateText(then),
              })
            }
          />
        </>
      }
    >
      <RowChart
        label={t('reports.snapshotChart')}
        rows={stages.map((s) => ({
          key: s.stage_id,
          label: s.name,
          drawing: (
            <NestedBar
              outer={s.value / top}
              inner={s.weighted / top}
              hover={`${moneyText(s.value, currency)} · ${t('reports.weighted')} ${moneyText(s.weighted, currency)}`}
            />
          ),
          figure: <Deals href={of(s.stage_id)}>{moneyShort(s.value, currency)}</Deals>,
        }))}
        legend={[
          { tone: 'strong', text: t('reports.legendWeighted') },
          { tone: 'band', text: t('reports.legendValue') },
        ]}
      />
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('reports.stage')}</th>
              <th scope="col" className="num">
                {t('reports.deals')}
              </th>
              <th scope="col" className="num">
                {t('reports.value')}
              </th>
              <th scope="col" className="num">
                {t('reports.weighted')}
              </th>
            </tr>
          </thead>
          <tbody>
            {stages.map((s) => (
              <tr key={s.stage_id}>
                <th scope="row">{s.name}</th>
                <td className="num">
                  <Deals href={of(s.stage_id)}>{numberText(s.count)}</Deals>
                </td>
                <td className="num">{moneyText(s.value, currency)}</td>
                <td className="num">{moneyText(s.weighted, currency)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('reports.total')}</th>
              <td className="num">{numberText(total.count)}</td>
              <td className="num">{moneyText(total.value, currency)}</td>
              <td className="num">{moneyText(total.weighted, currency)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
    </ReportPanel>
  );
}
