// From the start of the program to its first right answer, and what it holds in memory when nobody asks anything.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { Data } from './data.mjs';
import { entry, writePlan } from './expect.mjs';
import { load, rounds, row } from './measure.mjs';
import { cores, memory, penstock, printed, program, run, sleep, start, stop } from './place.mjs';
import { Site, tokenFor } from './site.mjs';
import { dealEntries } from './works_read.mjs';

// The one question asked of a server that has just started, and what it must answer.
async function question(bench, data, what) {
  const site = await new Site(data.where, data.token).start();
  const entries = await what(site);
  await site.stop();
  return writePlan(bench.file('first.plan'), entries);
}

async function first(data, plan, idle) {
  const words = ['--plan', plan, '--token', data.token, '--idle', String(idle)];
  const server = [penstock, 'serve', ...data.where, '--listen', '127.0.0.1:{port}'];
  const { stdout } = await run(program('first'), [...words, ...server]);
  const { ms, rss_mb, anon_mb } = JSON.parse(stdout);
  return { per_second: 1000 / ms, p50_ms: ms, p99_ms: ms, mb: rss_mb, anon: anon_mb };
}

async function openFile(bench, data) {
  await run(program('spent'), [
    bench.file('spent'),
    'sqlite3',
    data.file,
    'SELECT title FROM deals WHERE id = 1',
  ]);
  const { seconds } = JSON.parse(readFileSync(bench.file('spent'), 'utf8'));
  return { per_second: 1 / seconds };
}

async function bareMemory() {
  const bare = start(program('bare'), ['--threads', String(cores)]);
  await printed(bare, /^(\d+)\n/);
  await sleep(500);
  const held = memory(bare.pid);
  await stop(bare);
  return held;
}

function memoryRow(bench, data, changes, told, bare, bar) {
  const middle = told.map((r) => r.mb).sort((a, b) => a - b)[told.length >> 1];
  return {
    ...row(
      {
        work: data.deals
          ? `memory idle, ${bench.words(data.deals)} deals, ${bench.words(changes)} changes`
          : 'memory idle, empty',
        reference: `an empty libmicrohttpd process, ${bare.rss.toFixed(1)} MB`,
        goal: { mb: bar },
        grows: data.deals ? 'memory idle, MB' : undefined,
      },
      { reference: [], product: [] },
    ),
    mb: middle,
    anon_mb: told.map((r) => r.anon).sort((a, b) => a - b)[told.length >> 1],
    reference_mb: bare.rss,
    ratio: Number((bare.rss / middle).toFixed(3)),
  };
}

async function startOne(bench, data, plan, words, bars) {
  await first(data, plan, 0); // the file comes into the system's cache
  const told = await rounds(
    bench.rounds * 2 - 1,
    () => openFile(bench, data),
    () => first(data, plan, 0),
  );
  const started = row(
    {
      work: `start, ${words}, to first answer`,
      reference: 'sqlite3 opening the file for one row',
      goal: { ms: bars.ms },
      grows: data.deals ? 'start to first answer' : undefined,
    },
    told,
  );
  const idle = [];
  for (let i = 0; i < bench.rounds; i++) idle.push(await first(data, plan, bench.idle));
  const changes = await data.database.value('SELECT count(*) FROM changes');
  return [{ ...started, p99_ms: null }, memoryRow(bench, data, changes, idle, await bareMemory(), bars.mb)];
}

async function startAndRest(bench, data) {
  const empty = new Data(bench.file('empty'), 0);
  rmSync(empty.folder, { recursive: true, force: true });
  mkdirSync(empty.folder);
  const token = await tokenFor(empty.database, empty.where, 'bench');
  Object.defineProperty(empty, 'token', { value: token });
  const list = '/api/v1/deals?limit=1';
  const plan = await question(bench, empty, async (site) => [entry(list, await site.get(list))]);
  const rows = await startOne(bench, empty, plan, 'empty', { ms: 50, mb: 20 });
  rmSync(empty.folder, { recursive: true, force: true });
  const full = await question(bench, data, (site) => dealEntries(site, data.database, 'id > 5', 1));
  rows.push(...(await startOne(bench, data, full, `${bench.words(data.deals)} deals`, { ms: 300, mb: 120 })));
  rows.push(await busyMemory(bench, data));
  return rows;
}

// What it holds after it has read much for many: the file's own pages, which the system can have back, apart.
async function busyMemory(bench, data) {
  const site = await new Site(data.where, data.token).start();
  const entries = await dealEntries(site, data.database, 'TRUE', bench.size.distinct);
  const lists = [1, 2, 3, 4, 5].map((s) => `/api/v1/deals?stage_id=${s}&sort=-value&limit=50`);
  for (const target of [...lists, '/api/v1/board?limit=20', '/api/v1/search?q=laser']) await site.get(target);
  const plan = writePlan(bench.file('busy.plan'), entries);
  const { errors } = await load({
    work: 'get',
    port: site.port,
    plan,
    token: site.token,
    clients: 64,
    seconds: 1,
  });
  await sleep(1000);
  const held = memory(site.child.pid);
  await site.stop();
  const done = row(
    { work: `memory after reading, ${bench.words(data.deals)} deals, without the file's pages` },
    { reference: [], product: [{ errors }] },
  );
  return { ...done, per_second: null, p50_ms: null, p99_ms: null, mb: held.anon, rss_mb: held.rss };
}

export const startWorks = {
  start: { size: 'middle', own: true, work: startAndRest },
};
