import { Link, Redirect, useSearch } from 'wouter';
import { useSepia } from '../../parts/past.ts';
import switchClasses from '../../parts/switch.module.css';
import { Frame } from '../../shell/Frame.tsx';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import { CycleReport } from './CycleReport.tsx';
import { DealSizeReport } from './DealSizeReport.tsx';
import { DwellReport } from './DwellReport.tsx';
import { FunnelReport } from './FunnelReport.tsx';
import { LeaderboardReport } from './LeaderboardReport.tsx';
import { ReportBar } from './ReportBar.tsx';
import classes from './reports.module.css';
import { SnapshotReport } from './SnapshotReport.tsx';
import { type Scope, useScope } from './scope.ts';
import { WaterfallReport } from './WaterfallReport.tsx';
import { WinRateReport } from './WinRateReport.tsx';

const reports: {
  name: 'snapshot' | 'waterfall' | 'funnel' | 'win-rate' | 'cycle' | 'dwell' | 'deal-size' | 'leaderboard';
  timed: boolean;
  body: (scope: Scope) => React.ReactNode;
}[] = [
  { name: 'snapshot', timed: false, body: (scope) => <SnapshotReport scope={scope} /> },
  { name: 'waterfall', timed: true, body: (scope) => <WaterfallReport scope={scope} /> },
  { name: 'funnel', timed: true, body: (scope) => <FunnelReport scope={scope} /> },
  { name: 'win-rate', timed: true, body: (scope) => <WinRateReport scope={scope} /> },
  { name: 'cycle', timed: true, body: (scope) => <CycleReport scope={scope} /> },
  { name: 'dwell', timed: true, body: (scope) => <DwellReport scope={scope} /> },
  { name: 'deal-size', timed: true, body: (scope) => <DealSizeReport scope={scope} /> },
  { name: 'leaderboard', timed: true, body: (scope) => <LeaderboardReport scope={scope} /> },
];

/** One report at a time, over the deals that the address says. */
export default function ReportsPage({ report: name }: { report?: string }) {
  const scope = useScope();
  const phone = usePhone();
  const report = reports.find((r) => r.name === name);
  useSepia(scope.past !== null);
  if (!report) return <Redirect to={`/reports/${reports[0]!.name}`} replace />;
  const title = t('reports.title');
  const here = t(`reports.${report.name}`);
  const choice = <ReportSwitch here={report.name} />;
  return (
    <Frame title={here} crumbs={[{ label: title }]} views={choice}>
      <div className={classes.page}>
        {phone && <div className={classes.views}>{choice}</div>}
        <ReportBar scope={scope} timed={report.timed} />
        {report.body(scope)}
      </div>
    </Frame>
  );
}

function ReportSwitch({ here }: { here: string }) {
  const words = useSearch();
  return (
    <nav className={switchClasses.switch} aria-label={t('reports.choose')}>
      {reports.map(({ name }) => (
        <Link
          key={name}
          href={`/reports/${name}${words ? `?${words}` : ''}`}
          aria-current={name === here ? 'page' : undefined}
        >
          {t(`reports.${name}`)}
        </Link>
      ))}
    </nav>
  );
}
