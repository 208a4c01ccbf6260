import { Button, Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { refreshKind } from '../../api/cache.ts';
import { api, apiUrl } from '../../api/client.ts';
import { useMeta } from '../../api/session.ts';
import { showError } from '../../api/toasts.ts';
import { undoChangeset } from '../../api/undo.ts';
import { numberText } from '../../format/locale.ts';
import { Icon } from '../../parts/Icon.tsx';
import { EmptyState, ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { pages } from '../../routes.ts';
import { t } from '../../texts/index.ts';
import classes from './import.module.css';
import { CountTiles } from './PreviewStep.tsx';
import type { Run } from './types.ts';

const over = (run: Run | undefined) => run?.state === 'done' || run?.state === 'failed';

/** How far the import has come; when it is over, what it did and what can be done about it. */
export function RunStep({ id, onAgain }: { id: number; onAgain: () => void }) {
  const {
    data: run,
    error,
    refetch,
  } = useQuery({
    queryKey: ['import', id],
    queryFn: ({ signal }) => api.get<Run>(`/imports/${id}`, undefined, signal),
    refetchInterval: (query) => (over(query.state.data) ? false : 400),
    staleTime: 0,
  });
  const ended = over(run);
  const kind = run?.kind;
  useEffect(() => {
    if (ended && kind) refreshKind(kind);
  }, [ended, kind]);
  if (error && !run) return <ErrorState error={error} retry={refetch} />;
  if (!run) return <RowSkeletons rows={4} />;
  return ended ? <Done run={run} onAgain={onAgain} /> : <Running run={run} />;
}

function Running({ run }: { run: Run }) {
  const share = run.total > 0 ? Math.min(100, (100 * run.done) / run.total) : 0;
  return (
    <section className={`panel ${classes.box}`} aria-label={t('import.running')}>
      <p className="t20 b">{t('import.progress', { done: run.done, total: run.total })}</p>
      <Progress value={share} aria-label={t('import.running')} />
      <p className="t13 i2">{t('import.leave')}</p>
    </section>
  );
}

function Done({ run, onAgain }: { run: Run; onAgain: () => void }) {
  const { kinds } = useMeta();
  const [undone, setUndone] = useState(false);
  const [busy, setBusy] = useState(false);
  const kind = kinds.find((k) => k.name === run.kind);
  const rows = run.created + run.updated;
  const list = kind && pages.find((page) => page.path === `/${kind.name}`);
  const undo = async () => {
    if (run.changeset === null) return;
    setBusy(true);
    try {
      if ((await undoChangeset(run.changeset)) !== null) setUndone(true);
    } catch (error) {
      showError(error);
    }
    setBusy(false);
  };
  const failed = run.state === 'failed';
  return (
    <>
      <section className={classes.end} role="status">
        <Icon name={failed ? 'warning' : 'won'} className={failed ? 'is-overdue' : 'is-won'} />
        <h2 className="t20 b">
          {failed
            ? t('import.failed')
            : rows === 0
              ? t('import.doneNothing')
              : t('import.done', { rows: t('import.rows', { n: rows }) })}
        </h2>
        {failed && <p className="t13 i2">{run.error ?? t('import.failedHint')}</p>}
        {undone && <p className="t13 i2">{t('import.undone')}</p>}
      </section>
      <CountTiles counts={run} />
      <div className={classes.ends}>
        {list && rows > 0 && !undone && (
          <Button variant="filled" component={Link} href={`${list.path}?sort=-updated_at`}>
            {t('import.show', { kind: kind.labels.toLocaleLowerCase() })}
          </Button>
        )}
        {run.changeset !== null && (
          <Button component={Link} href={`/changes/${run.changeset}`} leftSection={<Icon name="history" />}>
            {t('import.changes')}
          </Button>
        )}
        {run.bad > 0 && (
          <Button
            component="a"
            href={apiUrl(`/imports/${run.id}/bad`)}
            download
            leftSection={<Icon name="download" />}
          >
            {t('import.download')} ({numberText(run.bad)})
          </Button>
        )}
        {run.changeset !== null && !undone && (
          <Button loading={busy} onClick={undo} leftSection={<Icon name="undo" />}>
            {t('import.undo')}
          </Button>
        )}
        <Button variant="subtle" onClick={onAgain}>
          {t('import.again')}
        </Button>
      </div>
      {rows === 0 && !failed && run.bad === 0 && (
        <EmptyState icon="info" title={t('import.nothing')} hint={t('import.nothingHint')} />
      )}
    </>
  );
}
