import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person, someDeals, start, violations } from './harness.mjs';

let site;
let stages;

before(async () => {
  site = await start();
  if (site.setup) await setUp();
  await site.signIn();
  ({ stages } = await someDeals(site));
});

/* The way every installation begins: the link from the console, one form, and the board. */
async function setUp() {
  const page = await site.page(site.setup);
  await page.getByLabel('Your name').fill(person.name);
  await page.getByLabel('Email').fill(person.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
  await page.getByLabel('Company or team').fill('Weir Machines');
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Create the workspace' }).click();
  await page.getByText('No deals yet').waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

after(() => site?.stop());

const card = (page, title) => page.locator('[data-card]', { hasText: title });
const column = (page, n) => page.locator('[data-stage]').nth(n);
const inColumn = async (page, n, title) => card(column(page, n), title).waitFor();

test('a wrong password is told, the right one leads to the board', async () => {
  const page = await site.page('/', { storageState: undefined });
  await page.getByLabel('Email').fill(person.email);
  await page.getByRole('textbox', { name: 'Password' }).fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await card(page, 'Press brake').waitFor();
  assert.deepEqual(page.faults, []);
});

test('a used-up link says so', async () => {
  const page = await site.page('/welcome/no-such-token', { storageState: undefined });
  await page.getByRole('heading', { name: 'used up' }).waitFor();
  assert.deepEqual(await violations(page), []);
});

test('a card is carried by keys, spoken of, and brought back by u', async () => {
  const page = await site.page('/board');
  await card(page, 'Press brake').focus();
  await page.keyboard.press('Enter');
  await page.getByText('lifted from').waitFor({ state: 'attached' });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await inColumn(page, 1, 'Press brake');
  await page.waitForFunction(() => document.activeElement?.textContent?.includes('Press brake'));
  await page.getByText('Moved “Press brake”').last().waitFor();
  await page.keyboard.press('u');
  await inColumn(page, 0, 'Press brake');
  await page.getByText('Undone').waitFor();
});

test('a number moves the card to that stage, escape puts a lifted one back', async () => {
  const page = await site.page('/board');
  await card(page, 'Lathe set').focus();
  await page.keyboard.press('3');
  await inColumn(page, 2, 'Lathe set');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Escape');
  await inColumn(page, 2, 'Lathe set');
  assert.equal(await page.getByText('asks for the reason').count(), 0);
});

test('a card is dragged to another column', async () => {
  const page = await site.page('/board');
  const from = await card(page, 'Fibre laser').boundingBox();
  const to = await column(page, 3).boundingBox();
  await page.mouse.move(from.x + 60, from.y + 40);
  await page.mouse.down();
  await page.mouse.move(from.x + 80, from.y + 60, { steps: 4 });
  await page.mouse.move(to.x + 100, to.y + 200, { steps: 8 });
  await page.getByText('asks for the reason').waitFor();
  await page.mouse.up();
  await inColumn(page, 3, 'Fibre laser');
  const { data } = await site.read('/deals?q=Fibre');
  assert.equal(data[0].stage_id, stages[3].id);
});

test('a line in a column makes a deal, with the amount at its end', async () => {
  const page = await site.page('/board');
  await column(page, 1).getByRole('button', { name: 'Add a deal to' }).click();
  await page.keyboard.type('Acme renewal 12k');
  await page.getByText('worth').waitFor();
  await page.keyboard.press('Enter');
  await card(column(page, 1), 'Acme renewal').getByText('€12,000').waitFor();
  await page.keyboard.type('And one more');
  await page.keyboard.press('Enter');
  await inColumn(page, 1, 'And one more');
});

test('a lost deal asks for its reason and leaves the board', async () => {
  const page = await site.page('/board');
  await card(page, 'Bench grinders').focus();
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio').first().check();
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Mark as lost' }).click();
  await card(page, 'Bench grinders').waitFor({ state: 'detached' });
  const { data } = await site.read('/deals?q=Bench');
  assert.equal(data[0].status, 'lost');
  assert.notEqual(data[0].lost_reason_id, null);
});

test('what somebody else does appears at once', async () => {
  const page = await site.page('/board');
  await card(page, 'Spray booth').waitFor();
  await page.getByRole('status', { name: 'Connected' }).waitFor();
  const { data } = await site.read('/deals?q=Spray');
  await site.write(`/deals/${data[0].id}`, { title: 'Spray booth and dryer' }, 'patch');
  await card(page, 'Spray booth and dryer').waitFor({ timeout: 5000 });
});

test('two edits of the same field at the same time show both and ask', async () => {
  const page = await site.page('/board');
  await card(page, 'Five-axis mill').waitFor();
  await page.route('**/api/v1/board*', (route) => route.abort());
  const { data } = await site.read('/deals?q=Five-axis');
  await page.route('**/api/v1/deals/*', async (route) => {
    if (route.request().method() === 'PATCH' && !page.disturbed) {
      page.disturbed = true;
      await site.write(`/deals/${data[0].id}`, { stage_id: stages[4].id }, 'patch');
    }
    await route.continue();
  });
  await card(page, 'Five-axis mill').focus();
  await page.keyboard.press('1');
  const dialog = page.getByRole('dialog', { name: 'at the same time' });
  await dialog.getByText(stages[4].name).waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Keep yours' }).click();
  await dialog.waitFor({ state: 'detached' });
  for (let i = 0; i < 20; i++) {
    const now = await site.read(`/deals/${data[0].id}`);
    if (now.stage_id === stages[0].id) return;
    await page.waitForTimeout(100);
  }
  assert.fail('the edit that was kept did not arrive');
});

test('the past is read only and can be set against now', async () => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const page = await site.page(`/board?on=${yesterday}&compare=1`);
  await page.getByText('Read only').waitFor();
  await page.getByRole('slider').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Add deal' }).count(), 0);
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await card(page, 'Press brake').waitFor();
});

test('the palette finds a deal and an action', async () => {
  const page = await site.page('/board');
  await card(page, 'Press brake').focus();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('as won');
  await page.getByRole('option', { name: 'Mark “Press brake” as won' }).waitFor();
  assert.deepEqual(await violations(page), []);
});

for (const colorScheme of ['light', 'dark'])
  for (const [name, viewport] of [
    ['desk', { width: 1440, height: 900 }],
    ['phone', { width: 390, height: 844 }],
  ])
    test(`the board breaks no rule of access: ${colorScheme}, ${name}`, async () => {
      const page = await site.page('/board', { colorScheme, viewport });
      await card(page, 'Press brake').first().waitFor();
      assert.deepEqual(await violations(page), []);
      await card(page, 'Press brake').first().focus();
      await page.keyboard.press('Space');
      await page.getByRole('complementary').getByText('€12,000').first().waitFor();
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(page.faults, []);
    });
