// Several nodes over one PostgreSQL server behind a proxy:
//
//     nodes.mjs [--changes N] [--batch N] [--kills N]
//
// What must hold: every acknowledged change is in the log once, and once on every event stream, whatever node is killed
// and wherever a stream goes on; what one node is told the others know.
import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Ledger, openStreams, percentile, Stream, verify, work, write } from './clients.mjs';
import {
  ask,
  check,
  company,
  FrontProxy,
  finish,
  needs,
  PenstockNode,
  Postgres,
  sleep,
  until,
} from './parts.mjs';

const { values: options } = parseArgs({
  options: {
    changes: { type: 'string', default: '1600' },
    batch: { type: 'string', default: '1' },
    kills: { type: 'string', default: '3' },
  },
});
needs();
const server = new Postgres('server');
let nodes;
let proxy;
let token;

async function setUp() {
  await server.make();
  await server.start();
  server.sql('CREATE DATABASE penstock');
  const url = `postgres://penstock@127.0.0.1:${server.port}/penstock`;
  nodes = ['a', 'b', 'c'].map((name) => new PenstockNode(name, url));
  token = company(nodes[0]);
  await Promise.all(nodes.map((n) => n.start()));
  proxy = new FrontProxy('proxy');
  await proxy.start(nodes);
}

// -- what one node is told the others know ------------------------------------------------------------------------

const signIn = (node, password) =>
  ask(node.port, 'POST', '/api/v1/session', {
    body: { email: 'ann@example.com', password },
    headers: { 'X-Penstock': '1' },
  });

async function waits(what, test) {
  const start = performance.now();
  await until(test, what, 10);
  return `${(performance.now() - start).toFixed(0)} ms`;
}

async function sessions([a, b, c]) {
  const r = await signIn(a, 'correct horse battery');
  const cookie = r.headers['set-cookie']?.[0]?.split(';')[0];
  const headers = { Cookie: cookie, 'X-Penstock': '1' };
  const whoAt = async (node) => (await ask(node.port, 'GET', '/api/v1/session', { headers })).status;
  check(
    'a session made at one node is good at the others',
    (await whoAt(b)) === 200 && (await whoAt(c)) === 200,
  );
  await ask(b.port, 'DELETE', '/api/v1/session', { headers });
  check(
    'one that was ended is good nowhere',
    true,
    await waits('the session ends', async () => (await whoAt(a)) === 401 && (await whoAt(c)) === 401),
  );
}

async function tokensAndRights([a, b, c]) {
  const bob = (
    await ask(a.port, 'POST', '/api/v1/users', {
      token,
      body: { name: 'Bob', email: 'bob@example.com', role: 'rep' },
    })
  ).json;
  const made = (
    await ask(b.port, 'POST', '/api/v1/tokens', {
      token,
      body: { name: 'his', user_id: bob.id, scope: 'write' },
    })
  ).json;
  const his = made.token ?? made.secret;
  const at = async (node, path) => (await ask(node.port, 'GET', path, { token: his })).status;
  check(
    'a token made at one node is good at the others',
    (await at(a, '/api/v1/deals')) === 200 && (await at(c, '/api/v1/deals')) === 200,
  );
  const canCreate = async (node) =>
    (await ask(node.port, 'POST', '/api/v1/tags', { token: his, body: { name: randomUUID() } })).status;
  await ask(a.port, 'PATCH', `/api/v1/users/${bob.id}`, { token, body: { role: 'viewer' } });
  check(
    'rights taken away are gone everywhere',
    true,
    await waits('rights go', async () => (await canCreate(b)) === 403 && (await canCreate(c)) === 403),
  );
  await ask(c.port, 'DELETE', `/api/v1/tokens/${made.id}`, { token });
  check(
    'a token taken away is good nowhere',
    true,
    await waits(
      'the token goes',
      async () => (await at(a, '/api/v1/deals')) === 401 && (await at(b, '/api/v1/deals')) === 401,
    ),
  );
}

async function sameKeyAtOnce(all) {
  const titles = [];
  for (let round = 0; round < 20; round++) {
    const title = `twice-${round}`;
    const headers = { 'Idempotency-Key': randomUUID() };
    const body = { title, pipeline_id: 1, stage_id: 1, value: 1, currency: 'EUR' };
    const answers = await Promise.all(
      all.map((n) => ask(n.port, 'POST', '/api/v1/deals', { token, body, headers })),
    );
    titles.push(answers.every((r) => r.status === 201 && r.json.id === answers[0].json.id));
  }
  check(
    'a key that comes to all nodes at once is applied once, with one answer',
    titles.every(Boolean),
    `${titles.filter(Boolean).length} of 20`,
  );
  const doubled = server.sql(
    "SELECT count(*) FROM (SELECT title FROM deals WHERE title LIKE 'twice-%' GROUP BY title HAVING count(*) > 1) x",
    'penstock',
  );
  check('none of them is there twice', doubled === '0', doubled);
}

function form(parts) {
  const edge = `edge${randomUUID()}`;
  const pieces = [];
  for (const [name, value, filename] of parts) {
    pieces.push(
      Buffer.from(
        `--${edge}\r\nContent-Disposition: form-data; name="${name}"${filename ? `; filename="${filename}"` : ''}\r\n\r\n`,
      ),
      Buffer.from(value),
      Buffer.from('\r\n'),
    );
  }
  pieces.push(Buffer.from(`--${edge}--\r\n`));
  return {
    body: Buffer.concat(pieces),
    headers: { 'Content-Type': `multipart/form-data; boundary=${edge}` },
  };
}

async function filesEverywhere(all) {
  const content = randomBytes(3_000_001);
  const deal = await ask(all[1].port, 'POST', '/api/v1/deals', {
    token,
    body: { title: 'With a file', pipeline_id: 1, stage_id: 1 },
  });
  const up = await ask(all[0].port, 'POST', '/api/v1/files', {
    token,
    ...form([
      ['deal_id', String(deal.json.id)],
      ['file', content, 'big.bin'],
    ]),
  });
  const got = await Promise.all(
    all.map((n) => ask(n.port, 'GET', `/api/v1/files/${up.json?.id}/content`, { token })),
  );
  check(
    'a file sent to one node comes back from every node',
    up.status === 201 && got.every((r) => r.status === 200 && r.bytes.equals(content)),
    `${got.map((r) => r.bytes?.length)}`,
  );
}

// An import that one node was given is run by any; the node that runs it dies.
async function importSurvives(all, rows) {
  const csv = `title,value,currency\n${Array.from({ length: rows }, (_, i) => `import-${i},${i}.50,EUR`).join('\n')}\n`;
  const made = await ask(all[0].port, 'POST', '/api/v1/imports', {
    token,
    ...form([
      ['kind', 'deals'],
      ['file', csv, 'deals.csv'],
    ]),
  });
  const at = `/api/v1/imports/${made.json.id}`;
  const run = await ask(all[1].port, 'POST', `${at}/run`, { token, body: { map: made.json.suggested } });
  check(
    'an import given to one node is started by another',
    run.status === 202,
    run.status === 202 ? '' : `${run.bytes}`,
  );
  const state = async () => (await ask(proxy.port, 'GET', at, { token })).json;
  await until(async () => (await state())?.done > 0, 'the import runs');
  await until(async () => (await state())?.state === 'done', 'the import is done', 180);
  const there = server.sql(
    "SELECT count(*), count(DISTINCT title) FROM deals WHERE title LIKE 'import-%'",
    'penstock',
  );
  check('every row of it came in once', there === `${rows}|${rows}`, there);
}

async function triesAddUp(all) {
  const statuses = [];
  for (let i = 0; i < 60 && !statuses.includes(429); i++)
    statuses.push((await signIn(all[i % 3], 'wrong')).status);
  const everywhere = await Promise.all(
    all.map(async (n) => (await signIn(n, 'correct horse battery')).status),
  );
  check(
    'tries to sign in are counted over all nodes',
    everywhere.every((s) => s === 429),
    `after ${statuses.length}: ${everywhere}`,
  );
}

// -- under load -----------------------------------------------------------------------------------------------

async function killInTurn(kills, working) {
  for (let k = 0; k < kills && working(); k++) {
    const node = nodes[k % nodes.length];
    await sleep(1000);
    await node.kill(k % 2 ? 'SIGTERM' : 'SIGKILL');
    await sleep(300);
    await node.start();
  }
}

async function load() {
  const ledger = new Ledger(server);
  await openStreams(ledger, nodes, proxy, token);
  const load = work(ledger, proxy.port, token, Number(options.changes), Number(options.batch));
  const restart = (async () => {
    await sleep(2500);
    if (!load.on) return;
    await server.stop('fast');
    await sleep(500);
    await server.start();
  })();
  await Promise.all([load.done, restart, killInTurn(Number(options.kills), () => load.on)]);
  await verify(ledger, server, check);
}

// With nothing else going on: how long until a write at one node is on the streams of the others.
async function latency() {
  const ledger = new Ledger(server);
  const streams = nodes.map((n) => new Stream(ledger, n.name, [n.port], token));
  await until(() => streams.every((s) => s.opened), 'the streams are open');
  await sleep(200);
  await write(ledger, nodes[0].port, token, 'quiet', 100, { pause: 20 });
  await until(() => streams.every((s) => s.came.size === 100), 'the events come', 10);
  await Promise.all(streams.map((s) => s.stop()));
  for (const s of streams) {
    const after = (times) => [...s.came].map(([title, when]) => Math.max(0, when - times.get(title)));
    const [asked, answered] = [after(ledger.begun), after(ledger.acknowledged)];
    const words = (t) =>
      `${percentile(t, 0.5).toFixed(1)} ms, 99 of 100 in ${percentile(t, 0.99).toFixed(1)} ms`;
    console.log(
      `     at ${s.name}, after the request to a: ${words(asked)}; after its answer: ${words(answered)}`,
    );
  }
}

// Nodes are stopped and started one after the other; clients that never repeat anything notice nothing.
async function rolling() {
  const ledger = new Ledger(server);
  let working = true;
  const work = Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      for (let n = 0; working; n++)
        await write(ledger, proxy.port, token, `rolling-${i}-${n}`, 1, { again: false, pause: 5 });
    }),
  );
  let broken = null;
  work.catch((e) => {
    broken = e;
  });
  for (const node of nodes) {
    await node.kill('SIGTERM');
    await node.start();
    await sleep(500);
  }
  working = false;
  await work.catch(() => {});
  check(
    'a rolling restart fails no request',
    !broken,
    broken ? broken.message : `${ledger.acknowledged.size} written`,
  );
}

await finish(async () => {
  await setUp();
  await sessions(nodes);
  await tokensAndRights(nodes);
  await sameKeyAtOnce(nodes);
  await filesEverywhere(nodes);
  await importSurvives(nodes, 300);
  await latency();
  await rolling();
  await load();
  await triesAddUp(nodes);
});
