import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { rowsKey } from './cache.ts';
import { api, type Query } from './client.ts';
import type { Kind, LogItem, Page, Row } from './types.ts';

/* Reading rows of any kind. `query` takes the API's own words: filters, sort, limit, expand, as_of. */

const clean = (query: Query): Query =>
  Object.fromEntries(Object.entries(query).filter(([, v]) => v !== undefined && v !== ''));

export function useRecord<T extends Row = Row>(kind: Kind, id: number | undefined, query: Query = {}) {
  const asked = clean(query);
  return useQuery({
    queryKey: rowsKey(kind, 'one', id, asked),
    queryFn: ({ signal }) => api.get<T>(`/${kind}/${id}`, asked, signal),
    enabled: id !== undefined,
  });
}

export function useList<T extends Row = Row>(kind: Kind, query: Query = {}, enabled = true) {
  const asked = clean(query);
  return useQuery({
    queryKey: rowsKey(kind, 'list', asked),
    queryFn: ({ signal }) => api.get<Page<T>>(`/${kind}`, asked, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** A long list, page by page; `rows` is what has come so far. */
export function usePages<T extends Row = Row>(kind: Kind, query: Query = {}, enabled = true) {
  const asked = clean(query);
  const result = useInfiniteQuery({
    queryKey: rowsKey(kind, 'pages', asked),
    queryFn: ({ pageParam, signal }) => api.get<Page<T>>(`/${kind}`, { ...asked, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    enabled,
  });
  return { ...result, rows: result.data?.pages.flatMap((p) => p.data) ?? [] };
}

/** Count and sums of everything a filter matches, not only of what is loaded. */
export interface Summary {
  count: number;
  sums: Record<string, { amount: number; currency: string; unconverted?: number }>;
}

export function useSummary(kind: Kind, query: Query = {}, enabled = true) {
  const asked = clean(query);
  return useQuery({
    queryKey: rowsKey(kind, 'summary', asked),
    queryFn: ({ signal }) => api.get<Summary>(`/${kind}/summary`, asked, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useHistory(kind: Kind, id: number | undefined, enabled = true) {
  return useQuery({
    queryKey: rowsKey(kind, 'history', id),
    queryFn: ({ signal }) => api.get<{ data: LogItem[] }>(`/${kind}/${id}/history`, undefined, signal),
    enabled: enabled && id !== undefined,
  });
}

/** A kind small enough to hold whole, such as stages, users or lost reasons; always an array. */
export function useAll<T extends Row = Row>(kind: Kind, query: Query = {}): T[] {
  return useList<T>(kind, { limit: 500, ...query }).data?.data ?? [];
}

/** The word a person knows a row by. */
export function titleOf(row: { id: number } & Record<string, unknown>): string {
  return String(
    row.title ?? row.name ?? row.label ?? row.subject ?? row.filename ?? row.email ?? `#${row.id}`,
  );
}
