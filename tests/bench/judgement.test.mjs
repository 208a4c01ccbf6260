// What the benchmark takes for right, and what it must not: wrong bodies, lost and doubled writes, rows that are not as
// acknowledged. node --test tests/bench
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { judge, readJournal } from '../../bench/audit.mjs';
import { difference, entry, Shapes, writePlan } from '../../bench/expect.mjs';
import { inBase, nextMidnight } from '../../bench/expect_board.mjs';
import { fit, match } from '../../bench/expect_search.mjs';
import { keeps, row } from '../../bench/measure.mjs';
import { median } from '../../bench/place.mjs';
import { fill, growth, markdown, screen } from '../../bench/table.mjs';
import { judgeStream } from '../../bench/works_postgres.mjs';

const folder = mkdtempSync(join(tmpdir(), 'penstock-bench-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a difference is found wherever it is', () => {
  const want = { id: 7, tags: [1, 2], owner: { name: 'Ann' }, note: null };
  assert.equal(difference(want, structuredClone(want)), null);
  assert.match(difference(want, { ...want, id: 8 }), /^\$\.id: wanted 7, got 8/);
  assert.match(difference(want, { ...want, id: '7' }), /\$\.id/);
  assert.match(difference(want, { ...want, tags: [1] }), /\$\.tags: wanted 2 items, got 1/);
  assert.match(difference(want, { ...want, tags: [2, 1] }), /\$\.tags\.0/);
  assert.match(difference(want, { ...want, owner: { name: 'Bob' } }), /\$\.owner\.name/);
  assert.match(difference(want, { ...want, note: 0 }), /\$\.note/);
  assert.match(difference(want, { ...want, more: 1 }), /\$\.more: nothing wanted/);
  const { note, ...less } = want;
  assert.match(difference(want, less), /\$\.note/);
  assert.match(difference([], {}), /wanted \[\], got \{\}/);
});

test('a row is shown as the API shows it', () => {
  const shape = new Shapes({
    currencies: [{ code: 'JPY', digits: 0 }],
    kinds: [
      {
        name: 'deals',
        fields: [
          { name: 'id', type: 'integer' },
          { name: 'value', type: 'money', currency: 'currency' },
          { name: 'currency', type: 'text' },
          { name: 'closes', type: 'day' },
          { name: 'opened_at', type: 'instant' },
          { name: 'tags', type: 'refs' },
          { name: 'done', type: 'boolean' },
        ],
      },
    ],
  });
  const stored = { id: 1, value: 1250, currency: 'EUR', closes: 20454, opened_at: 0, tags: '[3]', done: 0 };
  const shown = {
    id: 1,
    value: 12.5,
    currency: 'EUR',
    closes: '2026-01-01',
    opened_at: '1970-01-01T00:00:00.000Z',
    tags: [3],
    done: false,
  };
  assert.deepEqual(shape.record('deals', stored), shown);
  assert.equal(shape.record('deals', { ...stored, currency: 'JPY' }).value, 1250);
  assert.equal(shape.record('deals', { ...stored, value: null }).value, null);
});

const journal = [
  { deal: 7, version: 2, from: 1, to: 3, changeset: 10 },
  { deal: 8, version: 5, from: 2, to: 1, changeset: 11 },
  { deal: 7, version: 3, from: 3, to: 2, changeset: 12 },
];
const log = journal.map(({ changeset, deal, from, to }) => ({ changeset, deal, from, to }));
const deals = [
  { id: 7, version: 3, stage: 2 },
  { id: 8, version: 5, stage: 1 },
];

test('the audit is content when everything is there', () => {
  assert.deepEqual(judge(journal, log, deals), []);
  assert.deepEqual(judge([], [], []), []);
});

test('the audit notices a lost write', () => {
  assert.match(judge(journal, log.slice(0, 2), deals).join('\n'), /not in the log: change set 12/);
  assert.match(judge(journal, [], deals).join('\n'), /3 acknowledged, 0 in the log/);
});

test('the audit notices a write that nobody was told of, or that was done twice', () => {
  assert.match(judge(journal.slice(0, 2), log, deals).join('\n'), /never acknowledged: change set 12/);
  assert.match(judge(journal, [...log, log[2]], deals).join('\n'), /3 acknowledged, 4 in the log/);
});

test('the audit notices rows that are not as acknowledged', () => {
  const stale = [{ id: 7, version: 2, stage: 3 }, deals[1]];
  assert.match(judge(journal, log, stale).join('\n'), /not as acknowledged: change set 12/);
  assert.match(judge(journal, log, [deals[1]]).join('\n'), /not as acknowledged/);
  const elsewhere = [{ ...deals[0], stage: 5 }, deals[1]];
  assert.match(judge(journal, log, elsewhere).join('\n'), /not as acknowledged/);
});

test('the audit notices a log out of order', () => {
  assert.match(judge(journal, [log[2], log[1], log[0]], deals).join('\n'), /out of order/);
});

test('an event stream that skips, doubles or turns back is noticed', () => {
  const items = journal.map((m, i) => ({ seq: 100 + i, changeset: m.changeset }));
  assert.deepEqual(judgeStream(journal, items), []);
  assert.deepEqual(judgeStream(journal, [...items, { seq: 200, changeset: 99 }]), []); // somebody else's
  assert.match(judgeStream(journal, items.slice(0, 2))[0], /1 changes skipped, the first of change set 12/);
  assert.match(judgeStream(journal, [...items, { seq: 200, changeset: 10 }])[0], /told twice/);
  assert.match(judgeStream(journal, [items[1], items[0], items[2]])[0], /out of order/);
});

test('the board: money and midnights', () => {
  const rates = { USD: 90000000, JPY: 600000 };
  const digits = { EUR: 2, USD: 2, JPY: 0 };
  assert.equal(inBase({ EUR: 1250n }, rates, 'EUR', digits), 12.5);
  assert.equal(inBase({ EUR: 100n, USD: 1000n }, rates, 'EUR', digits), 10);
  assert.equal(inBase({ JPY: 1000n }, rates, 'EUR', digits), 6);
  assert.equal(inBase({ EUR: 1250n * 15n }, rates, 'EUR', digits, 100n), 1.88); // half away from zero
  assert.equal(inBase({ EUR: -1250n * 15n }, rates, 'EUR', digits, 100n), -1.88);
  const midnight = (t, zone) => new Date(nextMidnight(Date.parse(t), zone).at).toISOString();
  assert.equal(midnight('2026-06-01T12:00:00Z', 'Europe/Berlin'), '2026-06-01T22:00:00.000Z');
  assert.equal(midnight('2026-01-01T23:30:00Z', 'Europe/Berlin'), '2026-01-02T23:00:00.000Z');
  assert.equal(midnight('2026-03-29T00:30:00.500Z', 'Europe/Berlin'), '2026-03-29T22:00:00.000Z'); // summer time begins
  assert.equal(midnight('2026-10-25T00:30:00Z', 'Europe/Berlin'), '2026-10-25T23:00:00.000Z'); // and ends
  assert.equal(nextMidnight(0, 'UTC').day, 0);
});

test('the search: how well a title fits', () => {
  assert.equal(fit('Acme Tools', 'acme tools'), 0);
  assert.equal(fit('Acme Tools', 'acme'), 1);
  assert.equal(fit('Acme Tools', 'tools'), 2);
  assert.equal(fit('Acme Tools', 'ools'), 3);
  assert.equal(fit(null, 'x'), 3);
  assert.equal(match(' Acme  Tools'), '"acme"* "tools"*');
});

test('figures: medians, ratios and what is kept', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  const told = {
    reference: [{ per_second: 100 }, { per_second: 200 }, { per_second: 300 }],
    product: [
      { per_second: 90, p50_ms: 1, p99_ms: 9, errors: 0 },
      { per_second: 110, p50_ms: 2, p99_ms: 8, errors: 1 },
      { per_second: 100, p50_ms: 3, p99_ms: 7, errors: 0 },
    ],
  };
  const r = row({ work: 'w', clients: 8, goal: { ratio: 0.6 } }, told);
  assert.deepEqual(
    [r.per_second, r.reference_per_second, r.ratio, r.p99_ms, r.errors],
    [100, 200, 0.5, 8, 1],
  );
  assert.equal(keeps(r), false);
  assert.equal(keeps({ ...r, goal: { ratio: 0.5, p99_ms: 10 } }), true);
  assert.equal(keeps({ ...r, goal: { ratio: 0.5, p99_ms: 8 } }), false);
  assert.equal(keeps({ ...r, goal: null }), null);
  assert.match(screen([r], true), /WRONG/);
  assert.match(markdown([{ ...r, errors: 0 }]), /^\| work .*\n\| --- .*\n\| w \| 8 \| 100 .* missed \|\n$/);
});

test('the tables go between the marks of a document and nowhere else', () => {
  const text = 'a\n<!-- figures -->\nold\n<!-- end -->\nb\n<!-- growth -->\n<!-- end -->\nc\n';
  const filled = 'a\n<!-- figures -->\n\nnew\n<!-- end -->\nb\n<!-- growth -->\n<!-- end -->\nc\n';
  assert.equal(fill(text, { figures: 'new' }), filled);
  assert.equal(fill(filled, { figures: 'new' }), filled);
  const rows = [
    { deals: 1000, grows: 'read', p50_ms: 0.25, p99_ms: 12 },
    { deals: 10000, grows: 'read', p50_ms: 1.5, p99_ms: 250 },
    { deals: 10000, grows: 'memory idle, MB', mb: 17.25 },
  ];
  assert.deepEqual(growth(rows).split('\n').slice(2, 4), [
    '| read | 0.25 / 12.0 | 1.5 / 250 |',
    '| memory idle, MB |  | 17.3 |',
  ]);
});

// A server that answers as it is told, and the load generator beside it.
async function against(answer, words) {
  const server = http.createServer((request, response) => {
    let content = '';
    request.on('data', (part) => {
      content += part;
    });
    request.on('end', () => answer(request, response, content));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const port = server.address().port;
  const child = spawn(process.env.BENCH_LOAD, [
    ...words,
    '--port',
    String(port),
    '--seconds',
    '0.3',
    '--warm',
    '0',
  ]);
  let printed = '';
  child.stdout.on('data', (part) => {
    printed += part;
  });
  child.stderr.resume();
  const code = await new Promise((done) => child.on('close', done));
  server.closeAllConnections?.();
  server.close();
  return { code, ...JSON.parse(printed) };
}

const generator = { skip: process.env.BENCH_LOAD ? false : 'BENCH_LOAD names no load generator' };
const deal = (version, stage, probability, at) => ({
  id: 7,
  version,
  title: 'Lathe',
  stage_id: stage,
  probability,
  updated_at: at,
  stage_since: at,
});
const plan = (name, body) =>
  writePlan(join(folder, name), [
    entry('/api/v1/deals/7', { status: 200, headers: [], body: Buffer.from(body) }),
  ]);

test('the generator counts right answers and refuses wrong ones', generator, async () => {
  const body = JSON.stringify(deal(1, 1, 5, '2026-01-01T00:00:00.000Z'));
  const words = ['--work', 'get', '--plan', plan('get.plan', body), '--clients', '4'];
  const right = await against((_, response) => response.end(body), words);
  assert.deepEqual([right.code, right.errors], [0, 0]);
  assert.ok(right.requests > 4);

  let n = 0;
  const once = await against(
    (_, response) => response.end(++n === 50 ? body.replace('Lathe', 'lathe') : body),
    words,
  );
  assert.deepEqual([once.code, once.errors], [1, 1]);
  const refused = await against((_, response) => response.writeHead(500).end(body), words);
  assert.equal(refused.code, 1);
  assert.ok(refused.errors >= 4 && refused.requests === 0);
  const broken = await against((request) => request.socket.destroy(), words);
  assert.deepEqual([broken.code, broken.errors, broken.requests], [1, 4, 0]);
});

test('the generator writes down the moves that were acknowledged, and only those', generator, async () => {
  const path = join(folder, 'journal');
  const words = ['--work', 'move', '--stages', '1:5,2:15', '--journal', path];
  words.push('--plan', plan('move.plan', JSON.stringify(deal(1, 1, 5, '2026-01-01T00:00:00.000Z'))));
  const probability = { 1: 5, 2: 15 };
  const answering = (lie) => {
    let version = 1;
    let honest = !lie;
    return (_, response, content) => {
      const { stage_id } = JSON.parse(content);
      version++;
      const lies = !honest && version === 5;
      const body = deal(version, stage_id, probability[stage_id], new Date().toISOString());
      const head = { ETag: `"${version}"`, 'Penstock-Changeset': 100 + version };
      const reply = lies ? { ...body, ...lie } : body;
      response
        .writeHead(200, { ...head, 'Content-Length': JSON.stringify(reply).length })
        .end(JSON.stringify(reply));
      honest ||= lies;
      if (lies) version--; // it did not happen
    };
  };
  const right = await against(answering(null), words);
  assert.deepEqual([right.code, right.errors], [0, 0]);
  const journal = readJournal(path);
  assert.ok(journal.length >= right.requests && journal.length > 5);
  journal.forEach((m, i) => {
    assert.deepEqual([m.deal, m.version, m.changeset], [7, i + 2, 102 + i]);
    assert.equal(m.from, i ? journal[i - 1].to : 1);
  });
  const wrong = await against(answering({ title: 'Mill' }), words);
  assert.deepEqual([wrong.code, wrong.errors], [1, 1]);
  assert.equal(readFileSync(path, 'utf8').includes(' 105\n'), true); // said again, and then right
  assert.equal(readJournal(path).filter((m) => m.version === 5).length, 1);
});

test('a command line that makes no sense is refused', generator, () => {
  for (const words of [[], ['--work', 'dig', '--port', '1', '--plan', 'x'], ['--clients'], ['--port', 'x']])
    assert.equal(spawnSync(process.env.BENCH_LOAD, words).status, 2);
});
