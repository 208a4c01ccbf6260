import { keepPreviousData, type QueryKey, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Fields, isPast } from '../../api/cache.ts';
import { api, type Query } from '../../api/client.ts';
import { onChange } from '../../api/live.ts';
import { queries } from '../../api/query.ts';
import { sessionQuery } from '../../api/session.ts';
import type { Deal, Session } from '../../api/types.ts';
import { watchEdits } from '../../api/write.ts';
import { addCard, applyEdit } from './arrange.ts';

/* The board's data: every column with its count, sums and first page of cards, kept as the server has it. */

export interface NextActivity {
  id: number;
  type: string;
  subject: string;
  due_at: string | null;
}

export interface Card extends Deal {
  organisation: { id: number; name: string } | null;
  owner: { id: number; name: string } | null;
  next_activity: NextActivity | null;
  slips: { count: number; days: number } | null;
}

export type Lights = Record<'overdue' | 'today' | 'planned' | 'none', number>;

export interface Column {
  id: number;
  name: string;
  probability?: number;
  count: number;
  value: number;
  weighted: number;
  lights?: Lights;
  cards: Card[];
  next_cursor: string | null;
}

export interface BoardData {
  stages: Column[];
  total: { count: number; value: number; weighted: number };
  currency: string;
}

const pageSize = 40;
const largestPage = 500;

const boardKey = (query: Query): QueryKey => ['board', query];

/** Edits on their way to the server, laid over whatever is fetched meanwhile. */
const pending = new Map<number, Fields>();

const overlay = (board: BoardData) =>
  [...pending].reduce((b, [id, fields]) => applyEdit(b, id, fields), board);

async function fetchBoard(query: Query, signal: AbortSignal): Promise<BoardData> {
  const shown = queries.getQueryData<BoardData>(boardKey(query));
  const deep = shown?.stages.filter((s) => s.cards.length > pageSize) ?? [];
  const [board, ...columns] = await Promise.all([
    api.get<BoardData>('/board', { ...query, limit: pageSize }, signal),
    ...deep.map((s) =>
      api.get<BoardData>(
        '/board',
        { ...query, stage: s.id, limit: Math.min(s.cards.length, largestPage) },
        signal,
      ),
    ),
  ]);
  const deeper = new Map(columns.flatMap((c) => c.stages).map((s) => [s.id, s]));
  return overlay({ ...board, stages: board.stages.map((s) => deeper.get(s.id) ?? s) });
}

export function useBoard(query: Query, enabled: boolean) {
  return useQuery({
    enabled,
    queryKey: boardKey(query),
    queryFn: ({ signal }) => fetchBoard(query, signal),
    placeholderData: keepPreviousData,
  });
}

const loading = new Set<string>();

/** Appends a column's next page. */
export async function loadMore(query: Query, column: Column) {
  const name = `${JSON.stringify(query)}/${column.id}/${column.next_cursor}`;
  if (!column.next_cursor || loading.has(name)) return;
  loading.add(name);
  try {
    const page = await api.get<BoardData>('/board', {
      ...query,
      stage: column.id,
      cursor: column.next_cursor,
      limit: pageSize * 2,
    });
    const more = page.stages.find((s) => s.id === column.id);
    queries.setQueryData<BoardData>(boardKey(query), (board) =>
      board && more
        ? { ...board, stages: board.stages.map((s) => (s.id === column.id ? append(s, more) : s)) }
        : board,
    );
  } finally {
    loading.delete(name);
  }
}

function append(column: Column, more: Column): Column {
  const have = new Set(column.cards.map((c) => c.id));
  return {
    ...column,
    cards: [...column.cards, ...more.cards.filter((c) => !have.has(c.id))],
    next_cursor: more.next_cursor,
  };
}

const changeBoards = (change: (board: BoardData) => BoardData) => {
  for (const { queryKey, state } of queries.getQueryCache().findAll({ queryKey: ['board'] }))
    if (!isPast(queryKey) && state.data)
      queries.setQueryData<BoardData>(queryKey, (board) => board && change(board));
};

/** Puts a deal just made into its column, before the board is fetched again. */
export function showNewCard(deal: Deal) {
  const user = queries.getQueryData<Session>(sessionQuery.queryKey)?.user;
  const owner = user && deal.owner_id === user.id ? { id: user.id, name: user.name } : null;
  const card: Card = { organisation: null, next_activity: null, slips: null, ...deal, owner };
  changeBoards((board) => addCard(board, card));
  refreshBoard();
}

let held = 0;
let asked = false;

/** Holds refreshing back while a card is in the air; answers how to let go. */
export function holdBoard(): () => void {
  held += 1;
  return () => {
    held -= 1;
    if (held === 0 && asked) refreshBoard();
  };
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Fetches the board again, soon; many changes in a moment ask once. */
export function refreshBoard() {
  asked = true;
  if (timer !== undefined || held > 0) return;
  timer = setTimeout(() => {
    timer = undefined;
    if (held > 0) return;
    asked = false;
    queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'board' && !isPast(queryKey) });
  }, 300);
}

const onTheBoard = new Set([
  'deals',
  'activities',
  'organisations',
  'users',
  'stages',
  'pipelines',
  'exchange_rates',
]);

/** Keeps the board in step with edits made here and with the live feed. */
export function useBoardInStep() {
  useEffect(() => {
    const unwatch = watchEdits((kind, id, fields) => {
      if (kind !== 'deals') return () => {};
      queries.cancelQueries({ queryKey: ['board'] });
      pending.set(id, { ...pending.get(id), ...fields });
      changeBoards((board) => applyEdit(board, id, fields));
      return () => {
        pending.delete(id);
        refreshBoard();
      };
    });
    const unhear = onChange((item) => {
      if (!onTheBoard.has(item.kind)) return;
      if (item.kind === 'deals' && item.op === 'update' && !pending.has(item.id)) {
        const fields = Object.fromEntries(
          Object.entries(item.fields).map(([name, [, value]]) => [name, value]),
        );
        changeBoards((board) => applyEdit(board, item.id, fields));
      }
      refreshBoard();
    });
    return () => {
      unwatch();
      unhear();
    };
  }, []);
}
