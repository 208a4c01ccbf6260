import { type ReactNode, useEffect, useMemo } from 'react';
import { useLocation } from 'wouter';
import { useLive } from '../api/live.ts';
import { queries } from '../api/query.ts';
import { useMeta } from '../api/session.ts';
import { useStore } from '../api/store.ts';
import { redo, undo } from '../api/undo.ts';
import { useKeyboard } from '../keys/listen.ts';
import { type Action, useActions } from '../keys/registry.ts';
import { Questions } from '../parts/Questions.tsx';
import { Toasts } from '../parts/Toasts.tsx';
import { type PageRow, pages } from '../routes.ts';
import { t } from '../texts/index.ts';
import { BackupBanner } from './BackupBanner.tsx';
import { Help, helpOpen } from './Help.tsx';
import { openPalette, Palette } from './Palette.tsx';
import { PhoneTabs } from './PhoneTabs.tsx';
import { Rail } from './Rail.tsx';
import { railWide } from './railWide.ts';
import classes from './shell.module.css';
import { usePhone } from './usePhone.ts';

/** The pages this person has a way to, in rail order; those outside the rail are reached by keys and palette. */
export function useWays(): PageRow[] {
  const meta = useMeta();
  return useMemo(
    () =>
      pages.filter(
        (p) => p.title && (!p.kind || meta.kinds.some((k) => k.name === p.kind && k.can.see !== 'none')),
      ),
    [meta],
  );
}

/* A page closed while an edit is still on its way would lose it. */
function useUnsavedWarning() {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (queries.isMutating() > 0) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
}

/** What stays in place while pages change: the rail or the tabs, the keyboard, the live feed, toasts and questions. */
export function Shell({ children }: { children: ReactNode }) {
  const phone = usePhone();
  const wide = useStore(railWide);
  const [, navigate] = useLocation();
  const ways = useWays();
  const railed = ways.filter((way) => way.rail);
  useLive();
  useUnsavedWarning();
  useKeyboard();
  useActions([
    ...ways.map(
      (way): Action => ({
        id: `go${way.path}`,
        label: t('nav.go', { page: way.title ? t(way.title) : '' }),
        group: 'go',
        icon: way.icon,
        keys: way.go ? [`g ${way.go}`] : undefined,
        run: () => navigate(way.path),
      }),
    ),
    {
      id: 'palette',
      label: t('keys.palette'),
      group: 'do',
      keys: ['mod+k'],
      keyOnly: true,
      run: openPalette,
    },
    { id: 'search', label: t('keys.search'), group: 'do', keys: ['/'], keyOnly: true, run: openPalette },
    { id: 'undo', label: t('keys.undo'), group: 'do', icon: 'undo', keys: ['u'], run: undo },
    { id: 'redo', label: t('keys.redo'), group: 'do', icon: 'redo', keys: ['shift+u'], run: redo },
    {
      id: 'help',
      label: t('keys.help'),
      group: 'do',
      icon: 'keyboard',
      keys: ['?'],
      run: () => helpOpen.set(true),
    },
  ]);
  return (
    <div className={classes.shell} data-wide={(wide && !phone) || undefined} data-phone={phone || undefined}>
      <a href="#content" className={classes.skip}>
        {t('app.skip')}
      </a>
      {!phone && <Rail ways={railed} wide={wide} />}
      <div className={classes.main}>
        <BackupBanner />
        {children}
      </div>
      {phone && <PhoneTabs ways={railed} />}
      <Palette />
      <Help />
      <Questions />
      <Toasts />
    </div>
  );
}
