// People at work: clients that write through the proxy until each change is acknowledged, and followers of the event
// streams. `Ledger` knows what was acknowledged and what every stream has shown.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { ask, sleep, until } from './parts.mjs';

export const CLIENTS = 16;

const lastChange = (server) => Number(server.sql('SELECT coalesce(max(seq), 0) FROM changes', 'penstock'));

export class Ledger {
  constructor(server) {
    this.from = lastChange(server);
  }

  acknowledged = new Map(); // title: when
  begun = new Map();
  streams = [];
  refused = 0; // answers that had to be asked for again
  longest = 0; // ms a client went without an acknowledgement

  note(title, since) {
    const now = performance.now();
    this.acknowledged.set(title, now);
    this.longest = Math.max(this.longest, now - since);
  }
}

// Sends one request until it is done: the key lets the server know it again.
export async function insist(ledger, port, token, path, body, again = true) {
  const key = randomUUID();
  let last;
  for (let tries = 0; tries < 1000; tries++) {
    const r = await ask(port, 'POST', path, { token, body, headers: { 'Idempotency-Key': key } });
    last = r;
    if (r.status >= 200 && r.status < 300) return r;
    if (r.status >= 400 && r.status < 500 && r.status !== 429)
      throw new Error(`${path}: ${r.status} ${r.bytes}`);
    ledger.refused++;
    if (!again) throw new Error(`${path}: ${r.status} ${r.error ?? r.bytes}`);
    await sleep(20 + Math.random() * 80);
  }
  throw new Error(`${path}: never done: ${last.status} ${last.error ?? last.bytes}`);
}

// `count` changes by one client, `batch` at a time.
export async function write(ledger, port, token, name, count, { batch = 1, again = true, pause = 0 } = {}) {
  let since = performance.now();
  for (let n = 0; n < count; ) {
    const titles = [];
    for (; titles.length < batch && n < count; n++) titles.push(`${name}-${n}`);
    for (const title of titles) ledger.begun.set(title, performance.now());
    const rows = titles.map((title) => ({ title, pipeline_id: 1, stage_id: 1, value: 100, currency: 'EUR' }));
    if (batch === 1) await insist(ledger, port, token, '/api/v1/deals', rows[0], again);
    else
      await insist(
        ledger,
        port,
        token,
        '/api/v1/deals/batch',
        { operations: rows.map((fields) => ({ op: 'create', fields })) },
        again,
      );
    for (const title of titles) ledger.note(title, since);
    since = performance.now();
    if (pause) await sleep(pause);
  }
}

// Follows one node's events; goes on behind the last it has, at `ports` in turn, until it is stopped.
export class Stream {
  seen = []; // sequence numbers in the order they came
  came = new Map(); // title: when
  opened = 0;
  #last = null;
  #stopped = false;

  constructor(ledger, name, ports, token) {
    Object.assign(this, { ledger, name, ports, token });
    ledger.streams.push(this);
    this.done = this.#follow();
  }

  stop() {
    this.#stopped = true;
    this.request?.destroy();
    return this.done;
  }

  async #follow() {
    for (let turn = 0; !this.#stopped; turn++) {
      await this.#listen(this.ports[turn % this.ports.length]);
      if (!this.#stopped) await sleep(50);
    }
  }

  #listen(port) {
    return new Promise((done) => {
      const headers = {
        Authorization: `Bearer ${this.token}`,
        ...(this.#last ? { 'Last-Event-ID': this.#last } : {}),
      };
      this.request = http.get({ port, path: '/api/v1/events', headers, agent: false }, (res) => {
        let rest = '';
        if (res.statusCode === 200) this.opened++;
        res.setEncoding('utf8').on('data', (text) => {
          const events = (rest + text).split('\n\n');
          rest = events.pop();
          for (const event of events) this.#take(event);
        });
        res.on('close', done).on('error', done);
      });
      this.request.on('error', done);
    });
  }

  #take(event) {
    const data = [];
    for (const line of event.split('\n')) {
      if (line.startsWith('id: ')) this.#last = line.slice(4);
      if (line.startsWith('data: ')) data.push(line.slice(6));
    }
    if (!data.length) return;
    const item = JSON.parse(data.join('\n'));
    this.seen.push(item.seq);
    const title = item.fields?.title?.[1];
    if (this.ledger.begun.has(title)) this.came.set(title, performance.now());
  }
}

export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] : 0;
}

// Sixteen of them at work until `changes` are acknowledged.
export function work(ledger, port, token, changes, batch = 1) {
  const each = Math.ceil(changes / CLIENTS);
  const start = performance.now();
  const load = { on: true };
  load.done = Promise.all(
    Array.from({ length: CLIENTS }, (_, i) => write(ledger, port, token, `load-${i}`, each, { batch })),
  ).finally(() => {
    load.on = false;
    ledger.seconds = (performance.now() - start) / 1000;
  });
  return load;
}

// A stream at every node, going on at the others when its own is away, and one through the proxy.
export async function openStreams(ledger, nodes, proxy, token) {
  const ports = nodes.map((n) => n.port);
  for (const [i, n] of nodes.entries())
    new Stream(ledger, `at ${n.name}`, [...ports.slice(i), ...ports.slice(0, i)], token);
  new Stream(ledger, 'through the proxy', [proxy.port], token);
  await until(() => ledger.streams.every((s) => s.opened), 'the streams are open');
}

// Every acknowledged change is there, every change once, and once on every stream.
export async function verify(ledger, server, check) {
  const lines = (sql) => server.sql(sql, 'penstock').split('\n').filter(Boolean);
  const log = lines(`SELECT seq FROM changes WHERE seq > ${ledger.from} ORDER BY seq`).map(Number);
  await until(
    () => ledger.streams.every((s) => s.seen.length >= log.length),
    'the streams have everything',
    30,
  ).catch(() => {});
  await Promise.all(ledger.streams.map((s) => s.stop()));
  console.log(
    `     ${ledger.acknowledged.size} changes in ${ledger.seconds.toFixed(1)} s, ${ledger.refused} sent again, ${ledger.longest.toFixed(0)} ms the longest wait`,
  );

  const titles = lines("SELECT title FROM deals WHERE title LIKE 'load-%'");
  const there = new Set(titles);
  const lost = [...ledger.acknowledged.keys()].filter((t) => !there.has(t)).length;
  check('no acknowledged change is lost', lost === 0, lost);
  check('no change is there twice', there.size === titles.length, titles.length - there.size);
  for (const s of ledger.streams) {
    const once = new Set(s.seen);
    const skipped = log.filter((seq) => !once.has(seq)).length;
    check(
      `the stream ${s.name} has every change once`,
      skipped === 0 && once.size === s.seen.length && once.size === log.length,
      `${skipped} skipped, ${s.seen.length - once.size} doubled of ${log.length}, opened ${s.opened} times`,
    );
  }
}
