// Reading: one deal, a list, the board, the search. What must come is worked out from the database first.
import { entry, insist, Shapes, writePlan } from './expect.mjs';
import { lookAtBoard } from './expect_board.mjs';
import { lookAtSearch, searches } from './expect_search.mjs';
import { load, rounds, row } from './measure.mjs';
import { cores, printed, program, start, stop } from './place.mjs';
import { raw } from './reference.mjs';

const base = '/api/v1';

export async function shapes(site) {
  return new Shapes((await site.get(`${base}/meta`)).json);
}

// n ids spread over all of a table.
async function spread(database, table, where, n) {
  const all = (await database.rows(`SELECT id FROM ${table} WHERE ${where} ORDER BY id`)).map((r) => r.id);
  const step = Math.max(1, all.length / n);
  return Array.from({ length: Math.min(n, all.length) }, (_, i) => all[Math.floor(i * step)]);
}

export async function dealEntries(site, database, where, n) {
  const shape = await shapes(site);
  const ids = await spread(database, 'deals', where, n);
  const rows = new Map(
    (await database.rows(`SELECT * FROM deals WHERE id IN (${ids.join(',')})`)).map((r) => [r.id, r]),
  );
  const entries = [];
  for (const id of ids) {
    const answer = await site.get(`${base}/deals/${id}`);
    insist(shape.record('deals', rows.get(id)), answer.json, `deal ${id}`);
    entries.push(entry(`${base}/deals/${id}`, answer));
  }
  return entries;
}

export async function readOnce(bench, site, data, work, more = {}) {
  const entries = await dealEntries(site, data.database, 'TRUE', bench.size.distinct);
  const plan = writePlan(bench.file('read.plan'), entries);
  const bare = start(program('bare'), ['--threads', String(cores), '--plan', plan]);
  const port = Number((await printed(bare, /^(\d+)\n/))[1]);
  const ask = (to) => () =>
    load({ work: 'get', port: to, plan, token: site.token, clients: 16, ...bench.times });
  const told = await rounds(bench.rounds, ask(port), ask(site.port));
  await stop(bare);
  return [
    row(
      {
        work,
        clients: 16,
        reference: 'bare libmicrohttpd answering the same bytes',
        ...more,
      },
      told,
    ),
  ];
}

function readOne(bench, site, data) {
  const more = { goal: { ratio: 0.6 }, grows: 'read one deal, 16 clients' };
  return readOnce(bench, site, data, 'read one deal, authenticated', more);
}

// Pages of the deals of each stage, dearest first; a page's query for the reference is the key behind which it begins.
export async function listEntries(site, data, pages) {
  const shape = await shapes(site);
  const stages = await data.database.rows('SELECT id FROM stages ORDER BY id');
  const entries = [];
  const recipe = [];
  for (const { id: stage } of stages) {
    let target = `${base}/deals?stage_id=${stage}&sort=-value&limit=50`;
    for (let page = 0; page < pages; page++) {
      const rows = await data.database.rows(
        `SELECT * FROM deals WHERE stage_id = ${stage} AND value IS NOT NULL ` +
          `ORDER BY value DESC, id DESC LIMIT 51 OFFSET ${page * 50}`,
      );
      if (rows.length < 51) break;
      const answer = await site.get(target);
      const want = rows.slice(0, 50).map((r) => shape.record('deals', r));
      insist(want, answer.json.data, `page ${page} of stage ${stage}`);
      if (!answer.json.next_cursor) throw new Error(`page ${page} of stage ${stage} has no next one`);
      entries.push(entry(target, answer));
      recipe.push(page === 0 ? `list ${stage}` : `list ${stage} ${recipe.last.value} ${recipe.last.id}`);
      recipe.last = rows[49];
      target = `${base}/deals?stage_id=${stage}&sort=-value&limit=50&cursor=${answer.json.next_cursor}`;
    }
  }
  return { entries, recipe, shape };
}

async function list(bench, site, data) {
  const { entries, recipe, shape } = await listEntries(site, data, 8);
  const plan = writePlan(bench.file('list.plan'), entries);
  const reference = raw(bench, data, shape, recipe);
  await reference.compare(
    entries.map((e) => JSON.parse(e.reply).data),
    (body) => body.data,
  );
  const rows = [];
  for (const [clients, threads] of [
    [1, 1],
    [16, cores],
  ]) {
    const told = await rounds(
      bench.rounds,
      () => reference.measure(threads),
      () => load({ work: 'get', port: site.port, plan, token: site.token, clients, ...bench.times }),
    );
    rows.push(
      row(
        {
          work: `list 50 of ${bench.words(data.deals)} deals by stage and value`,
          clients,
          reference: `raw SQLite, the same SQL and JSON, ${threads} thread${threads > 1 ? 's' : ''}`,
          goal: { ratio: 0.5 },
          grows: `list 50 by stage and value, ${clients} client${clients > 1 ? 's' : ''}`,
        },
        told,
      ),
    );
  }
  return rows;
}

async function board(bench, site, data, bar) {
  const shape = await shapes(site);
  const pipelines = (await data.database.rows('SELECT id FROM pipelines ORDER BY id')).map((p) => p.id);
  const recipe = pipelines.map((id) => `board ${id} 20`);
  let entries;
  const look = async () => {
    entries = [];
    for (const id of pipelines) {
      const target = `${base}/board?pipeline=${id}&limit=20`;
      const answer = await site.get(target);
      await lookAtBoard(data.database, shape, id, 20, answer.json);
      entries.push(entry(target, answer, answer.json.as_of));
    }
    return writePlan(bench.file('board.plan'), entries);
  };
  await look();
  const reference = raw(bench, data, shape, recipe);
  const part = (body) => body.stages.map((s) => [s.id, s.count, s.lights, s.cards]);
  const bodies = entries.map((e) => JSON.parse(e.reply));
  await reference.compare(bodies.map(part), part, Date.parse(bodies[0].as_of));
  // A light may change as time passes: then the bodies are worked out anew and the round is run again.
  const measure = async () => {
    for (let tries = 0; ; tries++) {
      const before = await look();
      const old = entries;
      const result = await load({
        work: 'get',
        port: site.port,
        plan: before,
        token: site.token,
        clients: 8,
        ...bench.times,
      });
      if (result.errors === 0 || tries === 2) return result;
      await look();
      if (entries.every((e, i) => e.reply.length === old[i].reply.length)) return result;
    }
  };
  const told = await rounds(bench.rounds, () => reference.measure(cores), measure);
  return [
    row(
      {
        work: `board, ${bench.words(data.deals)} deals`,
        clients: 8,
        reference: `raw SQLite, the same SQL and JSON, ${cores} threads`,
        goal: { p99_ms: bar },
        grows: 'board, 8 clients',
      },
      told,
    ),
  ];
}

async function search(bench, site, data) {
  const shape = await shapes(site);
  const entries = [];
  const recipe = [];
  for (const words of await searches(data.database, 200)) {
    const target = `${base}/search?q=${encodeURIComponent(words)}`;
    const answer = await site.get(target);
    await lookAtSearch(data.database, shape, words, answer.json.data);
    entries.push(entry(target, answer));
    recipe.push(`search ${words}`);
  }
  const plan = writePlan(bench.file('search.plan'), entries);
  const reference = raw(bench, data, shape, recipe);
  const told = await rounds(
    bench.rounds,
    () => reference.measure(cores),
    () => load({ work: 'get', port: site.port, plan, token: site.token, clients: 8, ...bench.times }),
  );
  const people = await data.database.value('SELECT count(*) FROM people');
  return [
    row(
      {
        work: `search over ${bench.words(data.deals)} deals and ${bench.words(people)} people`,
        clients: 8,
        reference: `raw SQLite, the newest 25 of each kind that have the words, ${cores} threads`,
        goal: { p99_ms: 30 },
        grows: 'search, 8 clients',
      },
      told,
    ),
  ];
}

export const readWorks = {
  read: { size: 'middle', work: readOne },
  list: { size: 'middle', work: list },
  board: { size: 'middle', work: (bench, site, data) => board(bench, site, data, 10) },
  'board-large': { size: 'large', work: (bench, site, data) => board(bench, site, data, 20) },
  search: { size: 'large', work: search },
};
