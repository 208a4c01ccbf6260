import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { showError, showToast } from '../../api/toasts.ts';
import { relativeText } from '../../format/dates.ts';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import classes from './settings.module.css';

interface Session {
  id: number;
  created_at: string;
  last_seen_at: string;
  ip: string | null;
  agent: string | null;
  current: boolean;
}

/** Where the person is signed in, and the way out of there. */
export function Sessions() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => api.get<{ data: Session[] }>('/sessions', undefined, signal),
    staleTime: 0,
  });
  const end = useMutation({
    mutationFn: (session: Session) => api.delete(`/sessions/${session.id}`),
    onError: showError,
    onSuccess: () => showToast({ tone: 'done', text: t('settings.sessionEnded') }),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  if (error && !data) return <ErrorState error={error} retry={refetch} />;
  if (!data) return <RowSkeletons rows={3} />;
  return (
    <ul className={classes.lines}>
      {data.data.map((session) => (
        <li key={session.id} className={classes.line}>
          <div className={classes.what}>
            <span className={classes.name}>{agentText(session.agent)}</span>
            {session.current && <span className="tag accent">{t('settings.thisSession')}</span>}
          </div>
          <span className={classes.cell}>{session.ip}</span>
          <span className={classes.cell}>
            {t('settings.sessionSeen', { when: relativeText(session.last_seen_at) })}
          </span>
          <span className={classes.tools}>
            {!session.current && (
              <Button
                size="sm"
                variant="subtle"
                aria-label={t('settings.sessionEnd', { agent: agentText(session.agent) })}
                onClick={() => end.mutate(session)}
              >
                {t('account.signOut')}
              </Button>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const systems = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

/** Firefox on Linux, as people say it; the first match wins, since browsers claim to be each other. */
function agentText(agent: string | null): string {
  const browser = browsers.find(([mark]) => agent?.includes(mark))?.[1];
  const system = systems.find(([mark]) => agent?.includes(mark))?.[1];
  if (browser && system) return t('settings.sessionAgent', { browser, system });
  return browser ?? agent?.slice(0, 60) ?? t('settings.sessionUnknown');
}
