import { Button, Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import { exactText } from '../../format/dates.ts';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import { type Cell, saveCsv } from './csv.ts';
import classes from './reports.module.css';
import type { Report } from './types.ts';

interface Props {
  title: string;
  report: Report;
  figures: ReactNode;
  /** Switches of this report alone. */
  switches?: ReactNode;
  children: ReactNode;
  notes?: string[];
  csv: { name: string; rows: Cell[][] };
}

/** A report: its numbers, its picture and its table; how it is counted is one click away. */
export function ReportPanel({ title, report, figures, switches, children, notes = [], csv }: Props) {
  return (
    <section className="panel" aria-labelledby="report-title">
      <header className={classes.head}>
        <h2 id="report-title">{title}</h2>
        <span className="grow" />
        <Definition report={report} notes={notes} />
        <Button
          size="sm"
          variant="subtle"
          leftSection={<Icon name="download" />}
          onClick={() => saveCsv(csv.name, csv.rows)}
        >
          {t('reports.export')}
        </Button>
      </header>
      <div className={classes.body}>
        {switches && <div className={classes.switches}>{switches}</div>}
        <dl className={classes.figures}>{figures}</dl>
        {children}
      </div>
    </section>
  );
}

function Definition({ report, notes }: { report: Report; notes: string[] }) {
  const { population } = report;
  const excluded = population.excluded.filter((e) => e.n > 0);
  return (
    <Popover width={320} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button size="sm" variant="subtle" leftSection={<Icon name="info" />}>
          {t('reports.how')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('reports.how')}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the text takes the focus, since there is nothing to press */}
        <div className={classes.definition} tabIndex={0}>
          <p>{report.definition}</p>
          <p className="b">{t('reports.population', { n: population.n })}</p>
          {excluded.length === 0 ? (
            <p className="i2">{t('reports.nothingExcluded')}</p>
          ) : (
            excluded.map((e) => (
              <p key={e.why} className="i2">
                {t('reports.excluded', { n: e.n, why: e.why })}
              </p>
            ))
          )}
          {notes.map((note) => (
            <p key={note} className="i2">
              {note}
            </p>
          ))}
          <p className="t12 i3">
            {t('reports.computed', { when: exactText(report.as_of), ms: report.computed_ms })}
          </p>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
