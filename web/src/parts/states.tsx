import { Button, Skeleton } from '@mantine/core';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { ApiError, NetworkError } from '../api/client.ts';
import { t } from '../texts/index.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './shapes.tsx';
import classes from './states.module.css';

interface EmptyProps {
  icon?: IconName;
  title: string;
  hint?: ReactNode;
  children?: ReactNode;
}

/** What belongs here, and how to begin. */
export function EmptyState({ icon, title, hint, children }: EmptyProps) {
  return (
    <div className={classes.state}>
      {icon && <Icon name={icon} />}
      <h2 className="t16 b">{title}</h2>
      {hint && <p className="t13 i2">{hint}</p>}
      {children && <div className={classes.ways}>{children}</div>}
    </div>
  );
}

/** What could not be loaded, why, and a way to try again. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const offline = error instanceof NetworkError;
  const gone = error instanceof ApiError && error.status === 404;
  const title = t(offline ? 'load.offline' : gone ? 'load.gone' : 'load.failed');
  const hint = offline
    ? t('load.offlineHint')
    : gone
      ? t('load.goneHint')
      : (error instanceof ApiError && error.detail) || t('load.failedHint');
  return (
    <div role="alert">
      <EmptyState icon="warning" title={title} hint={hint}>
        {retry && !gone && <Button onClick={retry}>{t('action.retry')}</Button>}
      </EmptyState>
    </div>
  );
}

/** Rows as they will stand, so that nothing jumps when they come. */
export function RowSkeletons({ rows = 8, height = 32 }: { rows?: number; height?: number }) {
  return (
    <div className={classes.skeletons} role="status" aria-label={t('load.loading')}>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={height - 12} radius="sm" width={`${92 - ((i * 17) % 40)}%`} />
      ))}
    </div>
  );
}

/** Keeps a fault in one page from taking the whole interface down. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override componentDidCatch(error: unknown, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }
  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (error instanceof ApiError || error instanceof NetworkError)
      return <ErrorState error={error} retry={() => this.setState({ error: null })} />;
    return (
      <div role="alert">
        <EmptyState icon="warning" title={t('load.brokenPage')} hint={t('load.brokenPageHint')}>
          <Button onClick={() => location.reload()}>{t('load.reload')}</Button>
        </EmptyState>
      </div>
    );
  }
}
