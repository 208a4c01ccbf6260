import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { type Health, healthKey } from '../api/backups.ts';
import { api } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { Icon } from '../parts/Icon.tsx';
import { t } from '../texts/index.ts';
import classes from './shell.module.css';

const EVERY = 5 * 60_000;

/** Tells administrators, wherever they are, that backups are not made as they should be. */
export function BackupBanner() {
  const admin = useSession().user.role === 'admin';
  const { data } = useQuery({
    queryKey: healthKey,
    queryFn: ({ signal }) => api.get<Health>('/backups/health', undefined, signal),
    enabled: admin,
    staleTime: EVERY,
    refetchInterval: EVERY,
  });
  if (!admin || !data || data.ok) return null;
  return (
    <div className={classes.banner} role="status">
      <Icon name="warning" small />
      <span>{data.last_failed ? t('backups.bannerFailed') : t('backups.bannerOverdue')}</span>
      <Link href="/settings/backups">{t('backups.look')}</Link>
    </div>
  );
}
