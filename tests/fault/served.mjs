// The real server under load over HTTP, killed with -9 again and again: node served.mjs PENSTOCK ROUNDS
//
// What must hold: every acknowledged write is there once and whole; one that was not acknowledged is there whole or not
// at all; an import goes on where it was and ends with every row once; an undo that was cut off can be asked for again and
// ends; rows and log agree; the doctor finds nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from './server.mjs';

const rounds = Number(process.argv[3] ?? 3);
const WRITERS = 16;
const ROWS = 3000;
const site = new Installation(process.argv[2]);
const must = (holds, what) => site.must(holds, what);
const ask = (...args) => site.ask(...args);

// -- load: each writer makes organisations with a name of their own and a phone number that follows from it ------------

const begun = new Set();
const acknowledged = new Map(); // name to id
const whole = (name) => `+${[...name].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 1e9, 7)}`;

async function write(server, writer, round, until) {
  for (let i = 0; Date.now() < until.at; i++) {
    const name = `w${writer}r${round}n${i}`;
    begun.add(name);
    try {
      const reply = await ask(server, 'POST', '/organisations', { name, phone: whole(name) });
      if (reply.status === 201) acknowledged.set(name, reply.body.id);
      else must(reply.status === 503 || reply.status === 507, `a write was answered ${reply.status}`);
    } catch {
      return; // the server is gone
    }
  }
}

async function all(server, kind, query = '') {
  const rows = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = await ask(server, 'GET', `/${kind}?limit=500${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    rows.push(...page.body.data);
    cursor = page.body.next ?? page.body.next_cursor ?? null;
  }
  return rows;
}

async function check(server) {
  const rows = (await all(server, 'organisations')).filter((row) => begun.has(row.name) || /^w\d+r/.test(row.name));
  const ids = new Map();
  for (const row of rows) {
    must(begun.has(row.name), `${row.name} was never written`);
    must(!ids.has(row.name), `${row.name} is there twice`);
    must(row.phone === whole(row.name), `${row.name} is not whole`);
    ids.set(row.name, row.id);
  }
  for (const [name, id] of acknowledged) must(ids.get(name) === id, `${name} was acknowledged and is missing`);
  return rows.length;
}

// -- an import and its undo across the kills -----------------------------------------------------------------------------

async function begin_import(server) {
  const form = new FormData();
  const lines = Array.from({ length: ROWS }, (_, i) => `imported ${i},i${i}@example.com`);
  form.set('kind', 'people');
  form.set('file', new Blob([`name,email\n${lines.join('\n')}\n`]), 'people.csv');
  const { body } = await ask(server, 'POST', '/imports', form);
  const started = await ask(server, 'POST', `/imports/${body.id}/run`, { map: body.suggested });
  must(started.status === 202, `the import was answered ${started.status}`);
  return body.id;
}

async function end_import(server, id) {
  for (let i = 0; i < 900; i++, await sleep(100)) {
    const { body } = await ask(server, 'GET', `/imports/${id}`);
    if (body.state !== 'running') return body;
  }
  return { state: 'running for ever' };
}

async function undo(server, changeset, cut) {
  const asked = ask(server, 'POST', `/changesets/${changeset}/undo`, {}).catch(() => null);
  if (cut) await Promise.race([asked, sleep(cut)]);
  return cut ? null : asked;
}

let server = await site.start();
const import_id = await begin_import(server);
for (let round = 1; round <= rounds; round++) {
  const until = { at: Date.now() + 60000 };
  const writers = Array.from({ length: WRITERS }, (_, w) => write(server, w, round, until));
  await sleep(400 + Math.random() * 600);
  await site.kill(server);
  until.at = 0;
  await Promise.all(writers);
  server = await site.start();
  const there = await check(server);
  console.log(`round ${round}: ${acknowledged.size} acknowledged, ${there} there, ${begun.size} begun`);
}
must(acknowledged.size > rounds * WRITERS, 'hardly anything was written');

const imported = await end_import(server, import_id);
must(imported.state === 'done', `the import is ${imported.state}: ${imported.error}`);
must(imported.created === ROWS, `${imported.created} of ${ROWS} rows were imported`);
const people = await all(server, 'people');
must(new Set(people.map((p) => p.name)).size === ROWS && people.length === ROWS, `${people.length} people are there`);

await undo(server, imported.changeset, 150);
await site.kill(server);
server = await site.start();
let last;
for (let i = 0; i < 300 && !(last?.status === 200 || last?.status === 409); i++, await sleep(100))
  last = await undo(server, imported.changeset);
must((await all(server, 'people')).length === 0, `after the undo people are left: ${JSON.stringify(last?.body).slice(0, 300)}`);
await check(server);

await site.stop(server);
site.check();
site.end();
