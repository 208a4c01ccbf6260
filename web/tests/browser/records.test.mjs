import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person, someDeals, start, violations } from './harness.mjs';

let site;
let deals;
let stages;

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
  ({ deals, stages } = await someDeals(site));
});

after(() => site?.stop());

const dealNow = async (title) => site.read(`/deals/${deals.find((d) => d.title === title).id}`);
const pageOf = (title, options) => site.page(`/deals/${deals.find((d) => d.title === title).id}`, options);

/* What was done here shows at once; the server hears of it a moment later. */
async function until(read, wanted) {
  for (let i = 0; i < 50; i++) {
    if (wanted(await read())) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.ok(wanted(await read()));
}

test('a fact is edited in place, put back by escape, and remembered with who and when', async () => {
  const page = await pageOf('Press brake');
  await page.getByRole('button', { name: 'Edit Probability' }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('12');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Edit Probability' }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('64');
  await page.keyboard.press('Enter');
  await until(
    () => dealNow('Press brake'),
    (deal) => deal.probability === 64,
  );
  await page.getByRole('button', { name: 'Edit Probability' }).focus();
  const history = page.getByRole('region', { name: 'Probability, history' });
  await history.getByText(person.name).first().waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(page.faults, []);
});

test('an edit made on an older version shows both and asks', async () => {
  const page = await pageOf('Press brake');
  await page.route('**/api/v1/events', (route) => route.abort());
  await page.reload();
  await page.getByRole('button', { name: 'Edit Probability' }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('20');
  await site.write(`/deals/${deals[0].id}`, { probability: 80 }, 'patch');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Keep theirs' }).click();
  assert.equal((await dealNow('Press brake')).probability, 80);
});

test('a deal moves by its number key, and u brings it back', async () => {
  const page = await pageOf('Spray booth');
  await page
    .getByRole('button', { name: `Move to ${stages[2].name}` })
    .first()
    .waitFor();
  await page.keyboard.press('4');
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await until(
    () => dealNow('Spray booth'),
    (deal) => deal.stage_id === stages[3].id,
  );
  await page.keyboard.press('u');
  await until(
    () => dealNow('Spray booth'),
    (deal) => deal.stage_id === stages[1].id,
  );
});

test('ticking off asks for the outcome and plans the next step in the same change', async () => {
  const page = await pageOf('Fibre laser');
  await page.getByRole('checkbox', { name: 'Tick off “Call about Fibre laser”' }).click();
  await page.keyboard.type('Wants an offer');
  await page.getByRole('textbox', { name: 'Next step' }).fill('Send the offer');
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Done, plan the next' }).click();
  await page.getByRole('checkbox', { name: 'Tick off “Send the offer”' }).waitFor();
  await page.getByText('Wants an offer').waitFor();
});

test('what is half written stays while others write', async () => {
  const page = await pageOf('Lathe set');
  await page.getByRole('button', { name: 'Won' }).waitFor();
  await page.keyboard.press('n');
  await page.keyboard.type('Half a thought');
  const deal = await dealNow('Lathe set');
  await site.write('/notes', { body: 'From elsewhere', deal_id: deal.id });
  await page.getByText('From elsewhere').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.value), 'Half a thought');
});

test('the page of a deal is whole on a phone', async () => {
  const page = await pageOf('Five-axis mill', { viewport: { width: 360, height: 740 }, hasTouch: true });
  for (const tab of ['Facts', 'Around it', 'Timeline']) {
    await page.getByRole('tab', { name: tab }).click();
    assert.deepEqual(await violations(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  }
  assert.deepEqual(page.faults, []);
});

test('a list is walked, edited and cut down by keys', async () => {
  const page = await site.page('/deals?sort=title');
  const cell = (row, col) => page.locator(`[data-cell="${row}-${col}"]`);
  await cell(0, 0).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  const bar = page.getByRole('toolbar', { name: '2 selected' });
  await bar.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('4 deals').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('6 deals').waitFor();
  await page.keyboard.press('s');
  await page.keyboard.type('laser');
  await page.getByText('1 deal', { exact: true }).waitFor();
  assert.match(page.url(), /q=laser/);
  assert.deepEqual(page.faults, []);
});
