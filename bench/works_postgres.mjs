// The same product on PostgreSQL: reading, moving, and three nodes before one database.
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { readJournal } from './audit.mjs';
import { company } from './data.mjs';
import { writePlan } from './expect.mjs';
import { hold } from './latency.mjs';
import { load, rounds, row } from './measure.mjs';
import { cores, run, sleep } from './place.mjs';
import { binaries, cluster, PostgresData } from './postgres.mjs';
import { Site } from './site.mjs';
import { Mover } from './works_move.mjs';
import { dealEntries, listEntries, readOnce } from './works_read.mjs';

async function withCompany(bench, work) {
  if (!binaries()) return [];
  const like = await company(bench.size.postgres);
  const server = await cluster().start();
  try {
    return await work(server, await new PostgresData(server, like).fill());
  } finally {
    await server.stop();
  }
}

const on = (words) => `PostgreSQL: ${words}`;

// -- reading -------------------------------------------------------------------------------------------------

async function read(bench, data) {
  const site = await new Site(data.where, data.token).start();
  const rows = await readOnce(bench, site, data, on('read one deal, authenticated'));
  const { entries } = await listEntries(site, data, 4);
  const plan = writePlan(bench.file('pg-list.plan'), entries);
  const ask = () =>
    load({ work: 'get', port: site.port, plan, token: site.token, clients: 16, ...bench.times });
  const work = on(`list 50 of ${bench.words(data.deals)} deals by stage and value`);
  rows.push(row({ work, clients: 16 }, await rounds(bench.rounds, null, ask)));
  await site.stop();
  return rows;
}

// -- moving --------------------------------------------------------------------------------------------------

const script = `\\set deal random(1, :deals)
\\set stage random(1, 5)
\\set now random(1700000000000, 1800000000000)
\\startpipeline
BEGIN;
UPDATE deals SET version = version + 1, updated_at = :now, stage_id = :stage, probability = 5, stage_since = :now WHERE id = :deal;
INSERT INTO changes (seq, changeset_id, kind, row_id, op, occurred_at, recorded_at, fields) VALUES (nextval('bench_seq'), 1, 'deals', :deal, 'update', :now, :now, '{"stage_id":[1,2],"probability":[5,15],"stage_since":["2026-01-01T00:00:00.000Z","2026-01-01T00:00:00.000Z"]}');
COMMIT;
\\endpipeline
`;

// pgbench with the two statements of a move in one round trip, on a copy of the database.
class RawMoves {
  constructor(bench, server, data) {
    Object.assign(this, { bench, server, data, name: 'bench_raw', path: bench.file('move.sql') });
  }

  async ready() {
    writeFileSync(this.path, script);
    await this.drop();
    await this.server.sql('postgres', `CREATE DATABASE ${this.name} TEMPLATE ${this.data.name}`);
    await this.server.sql(
      this.name,
      "CREATE SEQUENCE bench_seq CACHE 100; SELECT setval('bench_seq', (SELECT max(seq) FROM changes))",
    );
    this.deals = await this.server.database(this.name).value('SELECT max(id) AS n FROM deals');
    return this;
  }

  async measure(clients) {
    const words = [
      '-n',
      '-M',
      'prepared',
      '-f',
      this.path,
      '-D',
      `deals=${this.deals}`,
      '-c',
      String(clients),
    ];
    const time = [
      '-j',
      String(Math.min(cores, clients)),
      '-T',
      String(Math.max(1, Math.ceil(this.bench.times.seconds))),
    ];
    const { stdout } = await run(`${this.server.bin}/pgbench`, [
      ...words,
      ...time,
      this.server.url(this.name),
    ]);
    const number = (pattern) => Number(pattern.exec(stdout)[1]);
    return { per_second: number(/tps = ([\d.]+)/), p50_ms: number(/latency average = ([\d.]+)/) };
  }

  drop() {
    return this.server.sql('postgres', `DROP DATABASE IF EXISTS ${this.name}`);
  }
}

async function move(bench, server, data) {
  const reference = await new RawMoves(bench, server, data).ready();
  const site = await new Site(data.where, data.token).start();
  const mover = await new Mover(bench, site, data.database).ready();
  const rows = [];
  for (const clients of bench.size.movers) {
    const told = await rounds(
      bench.rounds,
      () => reference.measure(clients),
      () => mover.measure(clients),
    );
    const words = `pgbench, the same two statements in one round trip, ${clients} connections`;
    rows.push(row({ work: on('move a deal, durable, with its log row'), clients, reference: words }, told));
  }
  await site.stop();
  await reference.drop();
  return rows;
}

// -- three nodes ---------------------------------------------------------------------------------------------

// An open event stream of a node: the change sets it told of, in their order, and when.
class Stream {
  constructor(site) {
    this.items = [];
    this.opened = new Promise((done, refuse) => {
      const headers = { Authorization: `Bearer ${site.token}`, Accept: 'text/event-stream' };
      const target = { host: '127.0.0.1', port: site.port, path: '/api/v1/events', headers, agent: false };
      this.request = http.get(target, (response) => {
        if (response.statusCode !== 200) refuse(new Error(`GET /events: ${response.statusCode}`));
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          const now = performance.now();
          const blocks = (text + part).split('\n\n');
          text = blocks.pop();
          for (const block of blocks) this.take(block, now);
        });
        response.on('error', () => {});
        done(this);
      });
      this.request.on('error', refuse);
    });
  }

  take(block, at) {
    const data = /^data: ?(.*)$/m.exec(block);
    if (!data) return;
    const item = JSON.parse(data[1]);
    this.items.push({
      seq: item.seq,
      changeset: item.changeset,
      deal: item.kind === 'deals' ? item.id : null,
      at,
    });
  }

  close() {
    this.request.destroy();
  }
}

// What a stream must have told of, and what it did; in words, empty when all is well.
export function judgeStream(acknowledged, items) {
  const faults = [];
  const seen = new Map();
  for (const item of items) seen.set(item.changeset, (seen.get(item.changeset) ?? 0) + 1);
  const skipped = acknowledged.filter((m) => !seen.has(m.changeset));
  const doubled = acknowledged.filter((m) => seen.get(m.changeset) > 1);
  const backward = items.filter((item, i) => i && item.seq <= items[i - 1].seq);
  if (skipped.length)
    faults.push(`${skipped.length} changes skipped, the first of change set ${skipped[0].changeset}`);
  if (doubled.length)
    faults.push(`${doubled.length} changes told twice, the first of change set ${doubled[0].changeset}`);
  if (backward.length)
    faults.push(`${backward.length} changes told out of order, the first is ${backward[0].seq}`);
  return faults;
}

async function nodes(bench, data) {
  const sites = [];
  for (let i = 0; i < 3; i++) sites.push(await new Site(data.where, data.token).start());
  const streams = sites.map((site) => new Stream(site));
  await Promise.all(streams.map((s) => s.opened));
  await sleep(500);
  const latency = await oneByOne(bench, sites, streams, data);
  const all = await allAtOnce(bench, sites, streams, data);
  for (const stream of streams) stream.close();
  for (const site of sites) await site.stop();
  return [latency, all];
}

// A write on one node: how long after its answer the streams of the others have it.
async function oneByOne(bench, sites, streams, data) {
  const mover = await new Mover(bench, sites[0], data.database).ready();
  const ids = (
    await data.database.rows(`SELECT id FROM deals WHERE ${mover.which} ORDER BY id LIMIT 50`)
  ).map((r) => r.id);
  const stages = mover.stages.split(',').map((s) => Number(s.split(':')[0]));
  const times = [];
  let errors = 0;
  for (let i = 0; i < bench.size.events; i++) {
    const node = sites[i % 3];
    const id = ids[i % ids.length];
    const now = (await node.get(`/api/v1/deals/${id}`)).json.stage_id;
    const answer = await node.ask('PATCH', `/api/v1/deals/${id}`, {
      stage_id: stages.find((s) => s !== now),
    });
    const at = performance.now();
    const changeset = Number(new Map(answer.headers).get('Penstock-Changeset'));
    const others = streams.filter((_, n) => sites[n] !== node);
    const heard = others.map((s) => s.items.find((item) => item.changeset === changeset));
    for (let waited = 0; heard.includes(undefined) && waited < 2000; waited++) {
      await sleep(1);
      others.forEach((s, n) => {
        heard[n] ??= s.items.findLast((item) => item.changeset === changeset);
      });
    }
    for (const item of heard) {
      if (item) times.push(Math.max(0, item.at - at));
      else errors++;
    }
  }
  const done = row(
    {
      work: on('three nodes: from an answer on one to the event on another'),
      clients: 1,
      goal: { p99_ms: 100 },
    },
    { reference: [], product: [{ ...hold(times), errors }] },
  );
  return { ...done, per_second: null };
}

// Writes through all three at once; every stream must have every one of them once and in order.
async function allAtOnce(bench, sites, streams, data) {
  const mover = await new Mover(bench, sites[0], data.database).ready();
  const entries = await dealEntries(sites[0], data.database, mover.which, bench.size.moved);
  for (const stream of streams) stream.items = [];
  const loads = sites.map((site, n) => {
    const mine = entries.filter((_, i) => i % 3 === n);
    const plan = writePlan(bench.file(`node-${n}.plan`), mine);
    const clients = Math.min(16, mine.length);
    const journal = bench.file(`node-${n}.journal`);
    const options = {
      work: 'move',
      port: site.port,
      plan,
      token: site.token,
      clients,
      seed: n + 1,
      ...bench.times,
    };
    return load({ ...options, seconds: bench.size.nodes, stages: mover.stages, journal });
  });
  const results = await Promise.all(loads);
  const journal = sites.flatMap((_, n) => readJournal(bench.file(`node-${n}.journal`)));
  for (let waited = 0; waited < 200 && streams.some((s) => s.items.length < journal.length); waited++)
    await sleep(50);
  const faults = streams.flatMap((s, n) => judgeStream(journal, s.items).map((f) => `node ${n + 1}: ${f}`));
  const sum = (key) => results.reduce((n, r) => n + r[key], 0);
  const product = {
    per_second: sum('per_second'),
    p50_ms: Math.max(...results.map((r) => r.p50_ms)),
    p99_ms: Math.max(...results.map((r) => r.p99_ms)),
    errors: sum('errors') + faults.length,
    words: [...results.map((r) => r.words), ...faults].filter(Boolean).join('\n'),
  };
  return row(
    { work: on(`three nodes: ${bench.words(journal.length)} moves, each heard once by each`), clients: 48 },
    { reference: [], product: [product] },
  );
}

export const postgresWorks = {
  'pg-read': { own: true, work: (bench) => withCompany(bench, (_, data) => read(bench, data)) },
  'pg-move': { own: true, work: (bench) => withCompany(bench, (server, data) => move(bench, server, data)) },
  'pg-nodes': { own: true, work: (bench) => withCompany(bench, (_, data) => nodes(bench, data)) },
};
