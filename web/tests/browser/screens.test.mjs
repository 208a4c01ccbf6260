import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person, someDeals, start, violations } from './harness.mjs';

// Every screen there is, looked at by axe: at a desk in the light and on a phone in the dark.
const desk = { viewport: { width: 1440, height: 900 }, colorScheme: 'light' };
const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark', hasTouch: true };

let site;
let screens;

before(async () => {
  site = await start();
  if (site.setup)
    await site.write(`/links/${site.setup.split('/').at(-1)}`, {
      ...person,
      workspace_name: 'Weir Machines',
      base_currency: 'EUR',
      time_zone: 'Europe/Berlin',
    });
  await site.signIn();
  const { deals } = await someDeals(site);
  const contact = await site.write('/people', {
    name: 'Edith Marlow',
    organisation_id: deals[0].organisation_id,
  });
  await site.write(`/deals/${deals[0].id}`, { status: 'won' }, 'patch');
  await site.write('/backup_plans', { name: 'Nightly', time_of_day: '02:30' });
  await site.write('/backup_plans', { name: 'Away', every_hours: 6, folder: '/proc/nowhere' });
  const [{ id: changeset }] = (await site.read('/changesets?limit=1')).data;
  const sections =
    'pipelines lost_reasons sources products tags targets exchange_rates fields users teams rights workspace backups account sessions tokens';
  screens = [
    '/day',
    '/board',
    '/board?as_of=2026-01-01',
    '/deals',
    '/people',
    '/organisations',
    '/activities',
    '/records/products',
    `/deals/${deals[1].id}`,
    `/people/${contact.id}`,
    `/organisations/${deals[0].organisation_id}`,
    '/reports',
    '/reports/snapshot',
    '/reports/funnel',
    '/reports/win-rate',
    '/import',
    '/changes',
    `/changes/${changeset}`,
    ...sections.split(' ').map((section) => `/settings/${section}`),
    '/nowhere',
  ];
});

after(() => site?.stop());

for (const [name, options] of [
  ['at a desk in the light', desk],
  ['on a phone in the dark', phone],
])
  test(`no screen keeps anybody out, ${name}`, { timeout: 180_000 }, async () => {
    const page = await site.page('/board', options);
    const found = [];
    for (const screen of screens) {
      await page.goto(screen);
      await page
        .locator('main')
        .first()
        .waitFor()
        .catch((e) => assert.fail(`${screen}: ${e.message}`));
      await page.waitForLoadState('load');
      await page.waitForTimeout(400);
      for (const line of await violations(page)) found.push(`${screen}: ${line}`);
    }
    assert.deepEqual(found, []);
    assert.deepEqual(page.faults, []);
  });
