import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setLocale } from '../../src/format/locale.ts';
import { addCard, applyEdit, byUrgency, placeIn } from '../../src/pages/board/arrange.ts';
import type { BoardData, Card, Column } from '../../src/pages/board/data.ts';
import { readLine } from '../../src/pages/board/quickLine.ts';

beforeEach(() => setLocale('en-GB', 'UTC'));

const due = (days: number | null) => {
  if (days === null) return null;
  const at = new Date(Date.now() + days * 86_400_000).toISOString();
  return { id: 1, type: 'call', subject: 'Call', due_at: at };
};

const card = (id: number, stage_id: number, value: number, days: number | null, currency = 'EUR') =>
  ({
    id,
    stage_id,
    value,
    currency,
    status: 'open',
    title: `Deal ${id}`,
    stage_since: '2026-01-01T00:00:00Z',
    organisation: { id: 1, name: 'One' },
    organisation_id: 1,
    owner: { id: 1, name: 'Ann' },
    owner_id: 1,
    probability: null,
    next_activity: due(days),
  }) as Card;

const column = (id: number, cards: Card[]): Column => ({
  id,
  name: `Stage ${id}`,
  probability: 50,
  count: cards.length,
  value: cards.reduce((sum, c) => sum + (c.value ?? 0), 0),
  weighted: cards.reduce((sum, c) => sum + (c.value ?? 0) / 2, 0),
  lights: { overdue: 0, today: 0, planned: 1, none: cards.length - 1 },
  cards,
  next_cursor: null,
});

const board = (): BoardData => ({
  stages: [
    column(1, [card(1, 1, 100, 3), card(2, 1, 50, null)]),
    column(2, [card(3, 2, 10, -2), card(4, 2, 10, 9)]),
  ],
  total: { count: 4, value: 170, weighted: 85 },
  currency: 'EUR',
});

test('late cards stand first, then today, then those with nothing planned', () => {
  const cards = [card(1, 1, 0, 5), card(2, 1, 0, null), card(3, 1, 0, 0), card(4, 1, 0, -1)];
  assert.deepEqual(
    [...cards].sort(byUrgency).map((c) => c.id),
    [4, 3, 2, 1],
  );
});

test('a moved card takes its place, count and amount with it', () => {
  const after = applyEdit(board(), 1, { stage_id: 2 });
  assert.deepEqual(
    after.stages.map((s) => s.cards.map((c) => c.id)),
    [[2], [3, 1, 4]],
  );
  assert.deepEqual(
    after.stages.map((s) => [s.count, s.value, s.weighted]),
    [
      [1, 50, 25],
      [3, 120, 60],
    ],
  );
  assert.equal(after.stages[1]!.lights!.planned, 2);
  assert.notEqual(after.stages[1]!.cards[1]!.stage_since, '2026-01-01T00:00:00Z');
});

test('a won card leaves the board', () => {
  const after = applyEdit(board(), 3, { status: 'won' });
  assert.deepEqual(
    after.stages[1]!.cards.map((c) => c.id),
    [4],
  );
  assert.equal(after.stages[1]!.count, 1);
});

test('an amount in another currency waits for the server, its count does not', () => {
  const foreign = addCard(board(), card(9, 1, 1000, null, 'USD'));
  assert.equal(foreign.stages[0]!.value, 150);
  assert.equal(foreign.stages[0]!.count, 3);
});

test('a new owner is not shown under the old name', () => {
  const after = applyEdit(board(), 2, { owner_id: 7 });
  assert.equal(after.stages[0]!.cards.find((c) => c.id === 2)!.owner, null);
});

test('an edit to a card that is not loaded changes nothing', () => {
  const before = board();
  assert.equal(applyEdit(before, 99, { stage_id: 2 }), before);
});

test('the place of a card leaves the card itself out of account', () => {
  const { stages } = board();
  assert.equal(placeIn(stages[1]!, card(1, 1, 100, 3)), 1);
});

test('an amount at the end of a line is its value', () => {
  const cases: [string, string, number | null, string][] = [
    ['Acme renewal 12k', 'Acme renewal', 12_000, 'EUR'],
    ['Acme renewal 12,500 USD', 'Acme renewal', 12_500, 'USD'],
    ['Acme renewal €900', 'Acme renewal', 900, 'EUR'],
    ['Mill CR-1530', 'Mill CR-1530', null, 'EUR'],
    ['Lathe 300', 'Lathe 300', null, 'EUR'],
    ['12k', '12k', null, 'EUR'],
  ];
  for (const [text, title, value, currency] of cases)
    assert.deepEqual(readLine(text, 'EUR'), { title, value, currency }, text);
});
