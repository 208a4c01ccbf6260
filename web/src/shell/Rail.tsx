import { Tooltip } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { Icon } from '../parts/Icon.tsx';
import type { PageRow } from '../routes.ts';
import { home } from '../routes.ts';
import { t } from '../texts/index.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { railWide } from './railWide.ts';
import classes from './shell.module.css';

export function Rail({ ways, wide }: { ways: PageRow[]; wide: boolean }) {
  const top = ways.filter((way) => !way.foot);
  const foot = ways.filter((way) => way.foot);
  return (
    <nav className={classes.rail} aria-label={t('nav.main')}>
      <Link href={home} className={classes.mark} aria-label={t('app.name')}>
        <Icon name="mark" />
      </Link>
      {top.map((way) => (
        <Way key={way.path} way={way} wide={wide} />
      ))}
      <div className={classes.foot}>
        {foot.map((way) => (
          <Way key={way.path} way={way} wide={wide} />
        ))}
        <Tooltip label={t('nav.expand')} position="right" disabled={wide}>
          <button
            type="button"
            className={classes.way}
            aria-expanded={wide}
            aria-label={t(wide ? 'nav.collapse' : 'nav.expand')}
            onClick={() => railWide.set(!wide)}
          >
            <Icon name={wide ? 'chevronLeft' : 'chevronRight'} />
            {wide && <span>{t('nav.collapse')}</span>}
          </button>
        </Tooltip>
        <AccountMenu wide={wide} />
      </div>
    </nav>
  );
}

function Way({ way, wide }: { way: PageRow; wide: boolean }) {
  const [path] = useLocation();
  const word = way.title ? t(way.title) : '';
  const here = path === way.path || path.startsWith(`${way.path}/`);
  return (
    <Tooltip label={word} position="right" disabled={wide}>
      <Link
        href={way.path}
        className={classes.way}
        aria-current={here ? 'page' : undefined}
        aria-label={word}
      >
        {way.icon && <Icon name={way.icon} />}
        {wide && <span>{word}</span>}
      </Link>
    </Tooltip>
  );
}
