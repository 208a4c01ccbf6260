#!/usr/bin/env node
// Takes the pictures of docs/pictures from the real program: make && node tools/pictures.mjs [NAME...]
//
// It serves a demo company from a scratch folder, makes an account through the link that the server prints, and
// photographs one page after the other.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '../web/node_modules/playwright-core/index.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const only = process.argv.slice(2);

// A row is one picture; `show` brings the page to what is worth seeing.
const pictures = [
  { name: 'board', path: '/board' },
  { name: 'board-dark', path: '/board', dark: true },
  { name: 'deal', path: '/deals/1' },
  { name: 'funnel', path: '/reports/funnel' },
  { name: 'import', path: '/import' },
  { name: 'board-phone', path: '/board', width: 390, height: 780 },
];

const data = mkdtempSync(join(tmpdir(), 'penstock-pictures-'));
const binary = process.env.PENSTOCK_BINARY ?? join(root, 'build/penstock');
const server = spawn(binary, ['serve', '--demo', '--data', data, '--listen', '127.0.0.1:0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});

// The server's address and the link to make an account, as it prints them.
function greeting() {
  return new Promise((done, fail) => {
    let text = '';
    server.on('exit', (code) => fail(new Error(`the server ended with ${code}`)));
    server.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      const link = text.match(/(http:\S+)\/welcome\/(\S+)/);
      if (link) done({ base: link[1], token: link[2] });
    });
  });
}

async function take(browser, storageState, base, { name, path, width = 1360, height = 850, dark, show }) {
  const context = await browser.newContext({
    storageState,
    baseURL: base,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(path);
  await page.waitForLoadState('load');
  await page.waitForTimeout(1500);
  if (show) await show(page);
  await page.screenshot({ path: join(root, 'docs/pictures', `${name}.png`) });
  console.log(`docs/pictures/${name}.png`);
  await context.close();
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
try {
  const { base, token } = await greeting();
  const context = await browser.newContext({ baseURL: base });
  const answer = await context.request.post(`/api/v1/links/${token}`, {
    headers: { 'X-Penstock': '1' },
    data: {
      name: 'Robin Vale',
      email: 'robin@example.com',
      password: 'a picture is worth it',
      workspace_name: 'Northwater',
      base_currency: 'EUR',
      time_zone: 'Europe/Berlin',
    },
  });
  if (!answer.ok()) throw new Error(`making an account: ${answer.status()} ${await answer.text()}`);
  const state = await context.storageState();
  for (const picture of pictures)
    if (only.length === 0 || only.includes(picture.name)) await take(browser, state, base, picture);
} finally {
  await browser.close();
  server.kill();
  rmSync(data, { recursive: true, force: true });
}
