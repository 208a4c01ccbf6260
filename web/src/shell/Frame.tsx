import { ActionIcon } from '@mantine/core';
import { Fragment, type ReactNode, useEffect } from 'react';
import { Link } from 'wouter';
import { Icon } from '../parts/Icon.tsx';
import { t } from '../texts/index.ts';
import { LiveDot } from './LiveDot.tsx';
import { openPalette } from './Palette.tsx';
import classes from './shell.module.css';
import { usePhone } from './usePhone.ts';

export interface Crumb {
  label: ReactNode;
  href?: string;
}

interface Props {
  /** The name of the page in the browser's tab. */
  title: string;
  /** Where this is; the last one is here, and may be a menu of its own. */
  crumbs: Crumb[];
  /** Beside the crumbs: a view switch, a mark such as "read only". */
  views?: ReactNode;
  /** At the right of the bar, main action last. On a phone only what fits: pass icons. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: its bar at the top, its content below. */
export function Frame({ title, crumbs, views, actions, children }: Props) {
  const phone = usePhone();
  useEffect(() => {
    document.title = t('app.pageTitle', { page: title });
  }, [title]);
  const shown = phone ? crumbs.slice(-1) : crumbs;
  return (
    <>
      <header className={classes.topbar}>
        <nav className={classes.crumbs} aria-label={title}>
          {shown.map((crumb, i) => (
            <Fragment key={i}>
              {i > 0 && <Icon name="chevronRight" small />}
              {i === shown.length - 1 ? (
                <h1 className={classes.here}>{crumb.label}</h1>
              ) : crumb.href ? (
                <Link href={crumb.href}>{crumb.label}</Link>
              ) : (
                <span>{crumb.label}</span>
              )}
            </Fragment>
          ))}
        </nav>
        {!phone && views}
        <span className="grow" />
        {phone ? (
          <>
            <LiveDot />
            {actions}
            <ActionIcon size="lg" aria-label={t('search.open')} onClick={openPalette}>
              <Icon name="search" />
            </ActionIcon>
          </>
        ) : (
          <>
            <button type="button" className={classes.search} onClick={openPalette}>
              <Icon name="search" small />
              <span className="cut">{t('search.placeholder')}</span>
              <kbd aria-hidden>/</kbd>
            </button>
            {actions}
            <LiveDot />
          </>
        )}
      </header>
      <main id="content" className={classes.content} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
