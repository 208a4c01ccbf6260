import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { editQuestion, saveEdit } from '../../src/api/edit.ts';
import type { Row } from '../../src/api/types.ts';

/* One record on a pretended server that refuses stale versions. */
let server: Row;
let asked: string[];

const answer = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'Penstock-Changeset': '7' } });

let nextId = 1;

beforeEach(() => {
  asked = [];
  editQuestion.set(null);
  server = {
    id: nextId++,
    version: 1,
    created_at: '',
    updated_at: '',
    title: 'Mill',
    value: 10,
    stage_id: 1,
  };
  globalThis.fetch = async (input, init) => {
    const method = init?.method ?? 'GET';
    asked.push(`${method} ${String(input)}`);
    if (method === 'GET') return answer(200, server);
    const headers = init?.headers as Record<string, string>;
    if (headers['If-Match'] !== `"${server.version}"`) return answer(412, { title: 'Changed meanwhile' });
    server = { ...server, ...JSON.parse(String(init?.body)), version: server.version + 1 };
    return answer(200, server);
  };
});

test('an edit carries the version it was made on and answers its change set', async () => {
  const saved = await saveEdit('deals', { ...server }, { value: 20 });
  assert.equal(saved.changeset, 7);
  assert.equal(saved.row.version, 2);
});

test('an edit to another field goes on top of theirs without asking', async () => {
  const base = { ...server };
  server = { ...server, title: 'Mill, second hand', version: 2 };
  await saveEdit('deals', base, { value: 20 });
  assert.deepEqual([server.title, server.value], ['Mill, second hand', 20]);
  assert.equal(editQuestion.get(), null);
});

test('an edit to the same field asks, and theirs can stay', async () => {
  const base = { ...server };
  server = { ...server, stage_id: 3, version: 2 };
  const saving = saveEdit('deals', base, { stage_id: 2 });
  const stop = editQuestion.follow(() => {
    const question = editQuestion.get();
    if (!question) return;
    assert.deepEqual(question.clashing, ['stage_id']);
    question.answer('theirs');
  });
  const saved = await saving;
  stop();
  assert.equal(saved.changeset, null);
  assert.equal(server.stage_id, 3);
});

test('an edit to the same field can stand against theirs', async () => {
  const base = { ...server };
  server = { ...server, stage_id: 3, version: 2 };
  const stop = editQuestion.follow(() => editQuestion.get()?.answer('yours'));
  await saveEdit('deals', base, { stage_id: 2 });
  stop();
  assert.equal(server.stage_id, 2);
});

test('two who want the same thing are not asked', async () => {
  const base = { ...server };
  server = { ...server, stage_id: 2, version: 2 };
  await saveEdit('deals', base, { stage_id: 2 });
  assert.equal(editQuestion.get(), null);
});

test('edits of one record leave in order and do not clash with one another', async () => {
  const base = { ...server };
  await Promise.all([
    saveEdit('deals', base, { stage_id: 2 }),
    saveEdit('deals', { ...base, stage_id: 2 }, { stage_id: 3 }),
  ]);
  assert.equal(server.stage_id, 3);
  assert.deepEqual(
    asked.map((a) => a.split(' ')[0]),
    ['PATCH', 'PATCH'],
  );
});
