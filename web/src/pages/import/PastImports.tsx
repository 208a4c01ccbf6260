import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, apiUrl } from '../../api/client.ts';
import { useMeta } from '../../api/session.ts';
import { numberText } from '../../format/locale.ts';
import { DateText } from '../../parts/texts.tsx';
import { t } from '../../texts/index.ts';
import { useChangeSets } from '../changes/data.ts';
import { UndoButton } from '../changes/UndoButton.tsx';
import classes from './import.module.css';
import type { Run } from './types.ts';

/** What was imported before: how much went in, what did not, and the way back. */
export function PastImports() {
  const { kinds } = useMeta();
  const { data } = useQuery({
    queryKey: ['report', 'imports'],
    queryFn: ({ signal }) => api.get<{ data: Run[] }>('/imports', undefined, signal),
    staleTime: 0,
  });
  const { sets } = useChangeSets({ origin: 'import' });
  const runs = (data?.data ?? []).filter((run) => run.state !== 'uploaded' && run.state !== 'previewed');
  if (runs.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="past-imports">
      <header>
        <h2 id="past-imports">{t('import.past')}</h2>
      </header>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('import.pastWhat')}</th>
              <th scope="col">{t('import.pastWhen')}</th>
              <th scope="col" className="num">
                {t('import.pastRows')}
              </th>
              <th scope="col" className="num">
                {t('import.pastNot')}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => {
              const set = sets.find((s) => s.id === run.changeset);
              return (
                <tr key={run.id}>
                  <th scope="row">
                    <Link className="link" href={`/import?run=${run.id}`}>
                      {run.filename}
                    </Link>{' '}
                    <span className="i3">{kinds.find((k) => k.name === run.kind)?.labels ?? run.kind}</span>{' '}
                    {run.state === 'failed' && <span className="tag overdue">{t('import.pastFailed')}</span>}
                    {run.state === 'running' && (
                      <span className="tag planned">{t('import.pastRunning')}</span>
                    )}
                    {set?.undone_by && <span className="tag">{t('changes.undone')}</span>}
                  </th>
                  <td>{run.created_at && <DateText value={run.created_at} />}</td>
                  <td className="num">{numberText(run.created + run.updated)}</td>
                  <td className="num">
                    {run.bad > 0 && (
                      <a
                        className="link"
                        href={apiUrl(`/imports/${run.id}/bad`)}
                        download
                        aria-label={t('import.pastBad', { n: run.bad, name: run.filename ?? '' })}
                      >
                        {numberText(run.bad)}
                      </a>
                    )}
                  </td>
                  <td className="num">{set && <UndoButton set={set} />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
