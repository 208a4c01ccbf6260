import { ActionIcon, Button, Group, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Backup, type Backups as BackupsAnswer, backupsKey, type Health } from '../../api/backups.ts';
import { api, apiUrl } from '../../api/client.ts';
import { useList } from '../../api/records.ts';
import { showError, showToast } from '../../api/toasts.ts';
import type { Row } from '../../api/types.ts';
import { durationText, exactText, relativeText } from '../../format/dates.ts';
import { numberFormat } from '../../format/locale.ts';
import { Icon } from '../../parts/Icon.tsx';
import { sizeText } from '../../parts/record/Files.tsx';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import classes from './backups.module.css';
import { KindList } from './KindList.tsx';
import settings from './settings.module.css';

const busy = (backup: Backup) => backup.state === 'waiting' || backup.state === 'running';

/** How backups stand, when they are made, and those that there are. */
export function Backups() {
  const { data, error, refetch } = useQuery({
    queryKey: backupsKey,
    queryFn: ({ signal }) => api.get<BackupsAnswer>('/backups', undefined, signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.data.some(busy) ? 2_000 : 30_000),
  });
  if (error && !data) return <ErrorState error={error} retry={refetch} />;
  if (!data) return <RowSkeletons rows={6} />;
  return (
    <>
      <Standing health={data.health} waits={data.data.some(busy)} />
      <section className="panel" aria-labelledby="backup-plans">
        <h2 id="backup-plans" className={classes.head}>
          {t('backups.plans')}
        </h2>
        <KindList
          kind="backup_plans"
          columns={['folder']}
          form={[
            'name',
            'active',
            'time_of_day',
            'every_hours',
            'folder',
            'key_file',
            'keep_last',
            'keep_daily',
            'keep_weekly',
            'keep_monthly',
          ]}
          given={{
            name: t('backups.nightly'),
            active: true,
            time_of_day: '02:30',
            keep_last: 7,
            keep_daily: 14,
            keep_weekly: 8,
            keep_monthly: 12,
          }}
          marks={(row) => (
            <>
              <span className={settings.quiet}>{planText(row)}</span>
              {!row.active && <span className="tag">{t('backups.off')}</span>}
            </>
          )}
        />
      </section>
      <section className="panel" aria-labelledby="backup-list">
        <h2 id="backup-list" className={classes.head}>
          {t('backups.list')}
        </h2>
        {data.data.length === 0 ? (
          <p className={settings.none}>{t('backups.none')}</p>
        ) : (
          <ul className={settings.lines}>
            {data.data.map((backup) => (
              <BackupLine key={backup.id} backup={backup} />
            ))}
          </ul>
        )}
      </section>
      <p className="t13 i2">{t('backups.restoreHint')}</p>
    </>
  );
}

const planText = (plan: Row) =>
  plan.every_hours
    ? t('backups.every', { n: Number(plan.every_hours) })
    : t('backups.daily', { at: String(plan.time_of_day) });

function Standing({ health, waits }: { health: Health; waits: boolean }) {
  const client = useQueryClient();
  const plans = useList('backup_plans', { limit: 500, sort: 'name' });
  const plan = plans.data?.data.find((row) => row.active);
  const make = useMutation({
    mutationFn: () => api.post('/backups', { plan_id: plan?.id ?? null }),
    onError: showError,
    onSettled: () => client.invalidateQueries({ queryKey: backupsKey }),
  });
  return (
    <div className={classes.standing} data-tone={health.ok ? (health.last_good_at ? 'good' : 'none') : 'bad'}>
      <Icon name={health.ok ? (health.last_good_at ? 'tick' : 'info') : 'warning'} />
      <div className={classes.words}>
        <strong>{standingText(health)}</strong>
        {!health.ok && health.last_error && <span>{health.last_error}</span>}
        <span className="i2">
          {health.next_at
            ? t('backups.next', { when: exactText(health.next_at) })
            : t('backups.nothingPlanned')}
        </span>
      </div>
      <Button onClick={() => make.mutate()} loading={make.isPending} disabled={waits}>
        {waits ? t('backups.making') : t('backups.now')}
      </Button>
    </div>
  );
}

function standingText(health: Health): string {
  if (health.last_failed) return t('backups.lastFailed');
  if (health.overdue) return t('backups.overdue');
  return health.last_good_at
    ? t('backups.good', { when: relativeText(health.last_good_at) })
    : t('backups.noneYet');
}

const count = (n: number) => numberFormat({}).format(n);

function took(backup: Backup): string {
  const seconds = (backup.written_ms + backup.verified_ms) / 1000;
  return seconds < 90
    ? t('backups.seconds', { n: count(Math.max(1, Math.round(seconds))) })
    : durationText(Math.round(seconds / 60));
}

function BackupLine({ backup }: { backup: Backup }) {
  const [asking, setAsking] = useState(false);
  const when = exactText(backup.started_at);
  return (
    <li className={classes.backup}>
      <div className={classes.when}>
        <span className={settings.name}>{when}</span>
        <State backup={backup} />
        {backup.encrypted && (
          <span className="tag">
            <Icon name="lock" small />
            {t('backups.encrypted')}
          </span>
        )}
        {!backup.plan_id && backup.state === 'done' && <span className="tag">{t('backups.byHand')}</span>}
      </div>
      <div className={classes.facts}>
        {backup.state === 'done' && (
          <>
            <span>{sizeText(backup.size)}</span>
            <span>{t('backups.rows', { n: count(backup.rows) })}</span>
            <span>{t('backups.took', { time: took(backup) })}</span>
            {backup.missing > 0 && <span>{t('backups.missing', { n: count(backup.missing) })}</span>}
          </>
        )}
        {backup.error && <span className="is-overdue">{backup.error}</span>}
        {backup.path && <code>{backup.path}</code>}
      </div>
      <span className={settings.tools}>
        {backup.state === 'done' && backup.there && (
          <ActionIcon
            component="a"
            href={apiUrl(`/backups/${backup.id}/content`)}
            download={backup.name ?? true}
            aria-label={t('backups.download', { when })}
          >
            <Icon name="download" small />
          </ActionIcon>
        )}
        {!busy(backup) && (
          <ActionIcon aria-label={t('backups.delete', { when })} onClick={() => setAsking(true)}>
            <Icon name="trash" small />
          </ActionIcon>
        )}
      </span>
      {asking && <DeleteDialog backup={backup} when={when} onClose={() => setAsking(false)} />}
    </li>
  );
}

function State({ backup }: { backup: Backup }) {
  if (backup.state === 'failed') return <span className="tag overdue">{t('backups.failed')}</span>;
  if (busy(backup)) return <span className="tag accent">{t('backups.making')}</span>;
  if (!backup.there) return <span className="tag">{t('backups.gone')}</span>;
  return <span className="tag won">{t('backups.verified')}</span>;
}

/** A backup that is deleted is gone for good, unlike all else. */
function DeleteDialog({ backup, when, onClose }: { backup: Backup; when: string; onClose: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.delete(`/backups/${backup.id}`),
    onError: showError,
    onSuccess: () => {
      showToast({ tone: 'done', text: t('backups.deleted', { when }) });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: backupsKey }),
  });
  return (
    <Modal opened onClose={onClose} title={t('backups.deleteTitle')}>
      <p className="t13 i2">{t('backups.deleteHint', { when })}</p>
      <Group justify="flex-end" gap="sm" mt="md">
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button variant="filled" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('backups.deleteYes')}
        </Button>
      </Group>
    </Modal>
  );
}
