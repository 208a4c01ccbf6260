import { type Fields, withFields } from '../../api/cache.ts';
import { lightOf } from '../../format/dates.ts';
import type { BoardData, Card, Column } from './data.ts';

/*
 * What an edit does to a board before the server has said so: the card changes, changes column, or leaves.
 * Counts follow; sums follow when the amount is in the board's currency, and otherwise wait for the
 * server, which alone knows the rate.
 */

const rank = { overdue: 0, today: 1, none: 2, planned: 3 };

/** The order of a column: late first, then today's, then those with nothing planned (newest first), then what is coming. */
export function byUrgency(a: Card, b: Card): number {
  const lights = rank[lightOf(a.next_activity?.due_at)] - rank[lightOf(b.next_activity?.due_at)];
  if (lights !== 0) return lights;
  const due = (a.next_activity?.due_at ?? '').localeCompare(b.next_activity?.due_at ?? '');
  return due || b.id - a.id;
}

/** Where a card would stand in a column. */
export function placeIn(column: Column, card: Card): number {
  const place = column.cards.findIndex((c) => c.id !== card.id && byUrgency(card, c) < 0);
  return place < 0 ? column.cards.length : place;
}

export function findCard(
  board: BoardData | undefined,
  id: number | null,
): { column: Column; card: Card; index: number } | undefined {
  if (id === null) return undefined;
  for (const column of board?.stages ?? []) {
    const index = column.cards.findIndex((c) => c.id === id);
    if (index >= 0) return { column, card: column.cards[index]!, index };
  }
  return undefined;
}

const share = (
  board: BoardData,
  column: Column,
  card: Card,
  sign: 1 | -1,
): Pick<Column, 'count' | 'value' | 'weighted'> => {
  const amount = card.currency === board.currency ? (card.value ?? 0) * sign : 0;
  const chance = card.probability ?? column.probability ?? 0;
  return {
    count: column.count + sign,
    value: column.value + amount,
    weighted: column.weighted + (amount * chance) / 100,
  };
};

const light = (column: Column, card: Card, sign: 1 | -1) => {
  if (!column.lights) return undefined;
  const state = lightOf(card.next_activity?.due_at);
  return { ...column.lights, [state]: Math.max(0, column.lights[state] + sign) };
};

export function applyEdit(board: BoardData, id: number, fields: Fields): BoardData {
  const found = findCard(board, id);
  if (!found) return board;
  const { column, card } = found;
  const next = withFields(card, fields) as Card;
  for (const name of ['organisation', 'owner'] as const) if (!(name in next)) next[name] = null;
  const leaves = next.status !== 'open' || !board.stages.some((s) => s.id === next.stage_id);
  if (!leaves && next.stage_id === column.id) return replace(board, column.id, (c) => swap(c, next));
  if (next.stage_id !== column.id && !('stage_since' in fields)) next.stage_since = new Date().toISOString();
  const without = replace(board, column.id, (c) => ({
    ...c,
    ...share(board, c, card, -1),
    lights: light(c, card, -1),
    cards: c.cards.filter((other) => other.id !== id),
  }));
  return leaves ? without : addCard(without, next);
}

/** Puts a card into its column where its urgency belongs. */
export function addCard(board: BoardData, card: Card): BoardData {
  if (findCard(board, card.id)) return board;
  return replace(board, card.stage_id ?? 0, (c) => ({
    ...c,
    ...share(board, c, card, 1),
    lights: light(c, card, 1),
    cards: [...c.cards.slice(0, placeIn(c, card)), card, ...c.cards.slice(placeIn(c, card))],
  }));
}

const swap = (column: Column, card: Card): Column => ({
  ...column,
  cards: column.cards.map((c) => (c.id === card.id ? card : c)),
});

const replace = (board: BoardData, id: number, change: (column: Column) => Column): BoardData => ({
  ...board,
  stages: board.stages.map((s) => (s.id === id ? change(s) : s)),
});
