// A server with a few deals, and a browser to look at it with.
//
// PENSTOCK_BINARY is started on a scratch folder and a free port; PENSTOCK_URL names a server that runs already. Under
// tests/engine/with-postgres it keeps its data in a new database there.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const person = { email: 'ann@example.com', name: 'Ann Weir', password: 'a long enough password' };

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

/* The server says on its standard output where a new installation is set up. */
const linkIn = (stream) =>
  new Promise((done, fail) => {
    let said = '';
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
      const link = /\/welcome\/\S+/.exec(said);
      if (link) done(link[0]);
    });
    stream.on('close', () => fail(new Error(`the server ended, having said: ${said}`)));
  });

const database = () => {
  const postgres = process.env.PENSTOCK_TEST_POSTGRES;
  if (!postgres) return [];
  const name = `web_${process.pid}_${Date.now()}`;
  execFileSync('psql', ['-q', `${postgres} dbname=postgres`, '-c', `CREATE DATABASE ${name}`]);
  return ['--db', `${postgres} dbname=${name}`];
};

async function startServer() {
  if (process.env.PENSTOCK_URL) return { url: process.env.PENSTOCK_URL, stop: async () => {} };
  const data = mkdtempSync(join(tmpdir(), 'penstock-web-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const flags = ['--data', data, '--listen', listen, ...database()];
  const server = spawn(process.env.PENSTOCK_BINARY, ['serve', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => server.on('close', done));
  const setup = await linkIn(server.stdout);
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { url: `http://${listen}`, setup, stop };
}

/** Starts both; answers how to get a page, write through the API, and end it all. */
export async function start() {
  const server = await startServer();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
  let state;

  async function context(options = {}) {
    const made = await browser.newContext({
      baseURL: server.url,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      storageState: state,
      ...options,
    });
    made.setDefaultTimeout(10_000);
    return made;
  }

  const first = await context();
  const write = async (path, body, method = 'post') => {
    const response = await first.request[method](`/api/v1${path}`, {
      data: body,
      headers: { 'X-Penstock': '1' },
    });
    if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`);
    return response.status() === 204 ? null : response.json();
  };

  return {
    url: server.url,
    /** Where a new installation is set up; undefined when the server was there before. */
    setup: server.setup,
    context,
    write,
    read: async (path) => (await first.request.get(`/api/v1${path}`)).json(),
    /** Signs in through the API, for the pages behind it. */
    signIn: async () => {
      await write('/session', { email: person.email, password: person.password });
      state = await first.storageState();
    },
    /** A page of its own; faults in it fail the test that asks for them. */
    page: async (path, options) => {
      const page = await (await context(options)).newPage();
      page.faults = [];
      page.on('pageerror', (error) => page.faults.push(error.message));
      await page.goto(path);
      return page;
    },
    stop: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

/** What axe finds wrong, one line each. */
export async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: tags }),
    rules,
  );
  return found.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).join(', ')})`);
}

const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString();

/** Six deals over the first three stages, late, due and without a plan. */
export async function someDeals({ write, read }) {
  const stages = (await read('/stages?pipeline_id=1&sort=position')).data;
  const acme = await write('/organisations', { name: 'Acme Steel' });
  const rows = [
    ['Press brake', 0, 12_000, -2],
    ['Fibre laser', 0, 41_500, 0],
    ['Spray booth', 1, 9_000, 5],
    ['Lathe set', 1, 30_000, null],
    ['Five-axis mill', 2, 128_000, 3],
    ['Bench grinders', 2, 4_200, null],
  ];
  const deals = [];
  for (const [title, stage, value, due] of rows) {
    const deal = await write('/deals', {
      title,
      pipeline_id: 1,
      stage_id: stages[stage].id,
      value,
      currency: 'EUR',
      organisation_id: acme.id,
    });
    if (due !== null)
      await write('/activities', {
        type: 'call',
        subject: `Call about ${title}`,
        due_at: day(due),
        deal_id: deal.id,
      });
    deals.push(deal);
  }
  await write('/lost_reasons', { name: 'Bought elsewhere', position: 99 }).catch(() => {});
  return { stages, deals };
}
