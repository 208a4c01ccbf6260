import { Menu } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { Icon } from '../parts/Icon.tsx';
import type { PageRow } from '../routes.ts';
import { t } from '../texts/index.ts';
import { AccountItems } from './AccountMenu.tsx';
import classes from './shell.module.css';

const places = 4;

/** Four pages and More, within reach of a thumb. */
export function PhoneTabs({ ways }: { ways: PageRow[] }) {
  const [path, navigate] = useLocation();
  const first = [...ways.filter((w) => w.tab), ...ways.filter((w) => !w.tab)].slice(0, places);
  const rest = ways.filter((w) => !first.includes(w));
  const isHere = (way: PageRow) => path === way.path || path.startsWith(`${way.path}/`);
  return (
    <nav className={classes.tabs} aria-label={t('nav.main')}>
      {ways
        .filter((w) => first.includes(w))
        .map((way) => (
          <Link key={way.path} href={way.path} aria-current={isHere(way) ? 'page' : undefined}>
            {way.icon && <Icon name={way.icon} />}
            {way.title && t(way.title)}
          </Link>
        ))}
      <Menu position="top-end" width={240}>
        <Menu.Target>
          <button type="button" data-here={rest.some(isHere) || undefined}>
            <Icon name="more" />
            {t('nav.more')}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {rest.map((way) => (
            <Menu.Item
              key={way.path}
              leftSection={way.icon && <Icon name={way.icon} small />}
              onClick={() => navigate(way.path)}
            >
              {way.title && t(way.title)}
            </Menu.Item>
          ))}
          {rest.length > 0 && <Menu.Divider />}
          <AccountItems />
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
