import { Link, useSearch } from 'wouter';
import { pages } from '../routes.ts';
import { t } from '../texts/index.ts';
import { Icon } from './Icon.tsx';
import classes from './switch.module.css';

const views = [
  { path: '/board', icon: 'board', label: 'view.board' },
  { path: '/deals', icon: 'list', label: 'view.list' },
  { path: '/calendar', icon: 'calendar', label: 'view.calendar' },
] as const;

/* Words of the address that mean something on the board alone. */
const own = ['light', 'sort', 'deal', 'compare'];

/** The same deals as a board, a list or a calendar, with the same filters. */
export function ViewSwitch({ here }: { here: (typeof views)[number]['path'] }) {
  const params = new URLSearchParams(useSearch());
  for (const word of own) params.delete(word);
  const there = views.filter((view) => pages.some((page) => page.path === view.path));
  if (there.length < 2) return null;
  const words = params.toString();
  return (
    <nav className={classes.switch} aria-label={t('view.switch')}>
      {there.map((view) => (
        <Link
          key={view.path}
          href={view.path + (words ? `?${words}` : '')}
          aria-current={view.path === here ? 'page' : undefined}
        >
          <Icon name={view.icon} small />
          {t(view.label)}
        </Link>
      ))}
    </nav>
  );
}
