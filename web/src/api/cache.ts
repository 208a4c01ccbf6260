import type { InfiniteData, QueryKey } from '@tanstack/react-query';
import { queries } from './query.ts';
import type { Kind, Page, Row } from './types.ts';

/*
 * Rows in the cache. Every query over a kind has the key ['rows', kind, shape, …], so one row can be mended
 * everywhere at once: when a person edits it (before the server has answered) and when the live feed
 * tells of somebody else's change. Reads of the past (as_of) stay as they are.
 */

export type Fields = Record<string, unknown>;
type Shape = 'list' | 'pages' | 'one' | 'history' | 'summary' | 'stages';
type Pages = InfiniteData<Page>;

export const rowsKey = (kind: Kind, shape?: Shape, ...rest: unknown[]): QueryKey =>
  shape ? ['rows', kind, shape, ...rest] : ['rows', kind];

export const isPast = (key: QueryKey) =>
  key.some((part) => typeof part === 'object' && part && 'as_of' in part && part.as_of);

/** A row with changes laid over it; a name such as custom.region reaches into the custom fields. */
export function withFields(row: Row, fields: Fields): Row {
  const next: Row = { ...row };
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith('custom.'))
      next.custom = { ...(next.custom as Fields | undefined), [name.slice('custom.'.length)]: value };
    else next[name] = value;
    if (`${name}_html` in next && value !== row[name]) delete next[`${name}_html`];
    if (name.endsWith('_id')) {
      const expanded = name.slice(0, -'_id'.length);
      const ref = next[expanded] as { id?: number } | null | undefined;
      if (ref !== undefined && ref?.id !== value) delete next[expanded];
    }
  }
  return next;
}

/** Fields as the API takes them: custom ones within `custom`. */
export function bodyOf(fields: Fields): Fields {
  const body: Fields = {};
  const custom: Fields = {};
  for (const [name, value] of Object.entries(fields))
    if (name.startsWith('custom.')) custom[name.slice('custom.'.length)] = value;
    else body[name] = value;
  return Object.keys(custom).length > 0 ? { ...body, custom } : body;
}

export function fieldOf(row: Fields, name: string): unknown {
  return name.startsWith('custom.')
    ? (row.custom as Fields | undefined)?.[name.slice('custom.'.length)]
    : row[name];
}

const changeRows = (kind: Kind, change: (rows: Row[]) => Row[], one: (key: QueryKey, row: Row) => Row) => {
  for (const query of queries.getQueryCache().findAll({ queryKey: rowsKey(kind) })) {
    const key = query.queryKey;
    if (isPast(key) || query.state.data === undefined) continue;
    if (key[2] === 'one') queries.setQueryData<Row>(key, (row) => row && one(key, row));
    else if (key[2] === 'list')
      queries.setQueryData<Page>(key, (page) => page && { ...page, data: change(page.data) });
    else if (key[2] === 'pages')
      queries.setQueryData<Pages>(
        key,
        (pages) => pages && { ...pages, pages: pages.pages.map((p) => ({ ...p, data: change(p.data) })) },
      );
  }
};

/** Lays changes over a row wherever it is cached. */
export function patchRow(kind: Kind, id: number, fields: Fields) {
  changeRows(
    kind,
    (rows) =>
      rows.some((r) => r.id === id) ? rows.map((r) => (r.id === id ? withFields(r, fields) : r)) : rows,
    (key, row) => (key[3] === id ? withFields(row, fields) : row),
  );
}

/** Takes a row out of every cached list. */
export function dropRow(kind: Kind, id: number) {
  changeRows(
    kind,
    (rows) => (rows.some((r) => r.id === id) ? rows.filter((r) => r.id !== id) : rows),
    (_, row) => row,
  );
}

const due = new Set<Kind>();
let waiting = false;

/** Has what is on screen of a kind fetched again, soon; many changes in a moment ask once. */
export function refreshKind(kind: Kind) {
  due.add(kind);
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    const kinds = new Set(due);
    due.clear();
    queries.invalidateQueries({
      predicate: ({ queryKey: key }) =>
        !isPast(key) && ((key[0] === 'rows' && kinds.has(key[1] as Kind)) || key[0] === 'report'),
    });
  }, 350);
}
