import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { IconName } from './parts/shapes.tsx';
import type { PlainKey } from './texts/index.ts';

/*
 * The pages, one row each. A row with `rail` has a place in the rail (and among the phone's tabs when `tab`);
 * `go` is the letter after g. Pages come in their own chunk when first opened. Parameters of the path
 * arrive as the page's props. To add a page: write it, add its row.
 */

// biome-ignore lint/suspicious/noExplicitAny: each page knows its own parameters
type AnyPage = LazyExoticComponent<ComponentType<any>> & { load: () => unknown };

export interface PageRow {
  path: string;
  page: AnyPage;
  title?: PlainKey;
  icon?: IconName;
  rail?: boolean;
  /** Beside the first three rail entries, shown as a tab on phones. */
  tab?: boolean;
  /** At the foot of the rail. */
  foot?: boolean;
  go?: string;
  /** Shown only to those who may see this kind. */
  kind?: string;
}

const page = (load: () => Promise<{ default: ComponentType<never> }>) =>
  Object.assign(lazy(load as () => Promise<{ default: ComponentType<unknown> }>), { load }) as AnyPage;

export const pages: PageRow[] = [
  {
    path: '/day',
    page: page(() => import('./pages/activities/MyDayPage.tsx')),
    title: 'nav.myDay',
    icon: 'day',
    rail: true,
    tab: true,
    go: 'm',
    kind: 'activities',
  },
  {
    path: '/board',
    page: page(() => import('./pages/board/BoardPage.tsx')),
    title: 'nav.board',
    icon: 'board',
    rail: true,
    tab: true,
    go: 'b',
    kind: 'deals',
  },
  {
    path: '/deals',
    page: page(() => import('./pages/lists/pages.tsx').then((m) => ({ default: m.Deals }))),
    title: 'nav.deals',
    icon: 'deal',
    rail: true,
    tab: true,
    go: 'd',
    kind: 'deals',
  },
  {
    path: '/people',
    page: page(() => import('./pages/lists/pages.tsx').then((m) => ({ default: m.People }))),
    title: 'nav.people',
    icon: 'people',
    rail: true,
    go: 'p',
    kind: 'people',
  },
  {
    path: '/organisations',
    page: page(() => import('./pages/lists/pages.tsx').then((m) => ({ default: m.Organisations }))),
    title: 'nav.organisations',
    icon: 'organisation',
    rail: true,
    go: 'o',
    kind: 'organisations',
  },
  {
    path: '/activities',
    page: page(() => import('./pages/activities/ActivitiesPage.tsx')),
    title: 'nav.activities',
    icon: 'activity',
    rail: true,
    tab: true,
    go: 'a',
    kind: 'activities',
  },
  { path: '/people/:id', page: page(() => import('./pages/contacts/PersonPage.tsx')), kind: 'people' },
  {
    path: '/organisations/:id',
    page: page(() => import('./pages/contacts/OrganisationPage.tsx')),
    kind: 'organisations',
  },
  {
    path: '/records/:kind',
    page: page(() => import('./pages/lists/pages.tsx').then((m) => ({ default: m.Records }))),
  },
  { path: '/deals/:id', page: page(() => import('./pages/deal/DealPage.tsx')), kind: 'deals' },
  {
    path: '/reports',
    page: page(() => import('./pages/reports/ReportsPage.tsx')),
    title: 'nav.reports',
    icon: 'reports',
    rail: true,
    go: 'r',
    kind: 'deals',
  },
  { path: '/reports/:report', page: page(() => import('./pages/reports/ReportsPage.tsx')), kind: 'deals' },
  {
    path: '/import',
    page: page(() => import('./pages/import/ImportPage.tsx')),
    title: 'nav.import',
    icon: 'upload',
    go: 'i',
  },
  {
    path: '/changes',
    page: page(() => import('./pages/changes/ChangesPage.tsx')),
    title: 'nav.changes',
    icon: 'history',
    go: 'u',
  },
  { path: '/changes/:id', page: page(() => import('./pages/changes/ChangeSetPage.tsx')) },
  {
    path: '/settings',
    page: page(() => import('./pages/settings/SettingsPage.tsx')),
    title: 'nav.settings',
    icon: 'settings',
    rail: true,
    foot: true,
    go: 's',
  },
  { path: '/settings/:section', page: page(() => import('./pages/settings/SettingsPage.tsx')) },
];

export const home = '/board';

/** Fetches the code of the page at an address, while it is still being found out who is there. */
export function preload(path: string) {
  const at = path === '/' ? home : path;
  for (const row of pages)
    if (at === row.path || at.startsWith(`${row.path.split('/:')[0]}/`)) row.page.load();
}
