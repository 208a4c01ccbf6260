import { useMemo } from 'react';
import { useSearch } from 'wouter';
import { useSession } from '../../api/session.ts';
import { keptStore, type Store, useStore } from '../../api/store.ts';
import type { Field, KindMeta } from '../../api/types.ts';
import { setAddress } from '../../parts/past.ts';

/*
 * Which columns a list shows, in which order: the reader's own choice, kept in this browser per person
 * and kind; a view or a link may bring its own as `cols` in the address.
 */

const stores = new Map<string, Store<string[] | null>>();

function keptColumns(user: number, kind: string) {
  const name = `columns.${user}.${kind}`;
  let kept = stores.get(name);
  if (!kept) {
    kept = keptStore<string[] | null>(name, null);
    stores.set(name, kept);
  }
  return kept;
}

const showable = (field: Field) => field.type !== 'json' && field.name !== 'version';

const most = 9;

function defaults(meta: KindMeta): string[] {
  const listed = meta.fields.filter((f) => f.list && showable(f) && f.name !== meta.title_field);
  return [meta.title_field, ...listed.map((f) => f.name)].slice(0, most);
}

export interface Columns {
  shown: Field[];
  /** All there are, those shown first. */
  all: Field[];
  set: (names: string[]) => void;
  reset: () => void;
}

export function useColumns(meta: KindMeta): Columns {
  const { user } = useSession();
  const kept = keptColumns(user.id, meta.name);
  const own = useStore(kept);
  const given = new URLSearchParams(useSearch()).get('cols');
  return useMemo(() => {
    const possible = meta.fields.filter(showable);
    const names = given?.split(',') ?? own ?? defaults(meta);
    const title = meta.fields.find((f) => f.name === meta.title_field);
    const chosen = names
      .map((name) => possible.find((f) => f.name === name))
      .filter((f) => f !== undefined && f !== title) as Field[];
    const shown = title ? [title, ...chosen] : chosen;
    const choose = (next: string[] | null) => {
      kept.set(next);
      if (given) setAddress({ cols: null });
    };
    return {
      shown,
      all: [...shown, ...possible.filter((f) => !shown.includes(f))],
      set: choose,
      reset: () => choose(null),
    };
  }, [meta, own, given, kept]);
}

const widths: Partial<Record<Field['type'], number>> = {
  money: 128,
  integer: 96,
  decimal: 96,
  day: 120,
  instant: 136,
  boolean: 80,
  choice: 112,
  choices: 160,
  email: 208,
  phone: 144,
  currency: 88,
};

export const widthOf = (field: Field, title: boolean) => (title ? 272 : (widths[field.type] ?? 168));
export const isNumeric = (field: Field) => ['money', 'integer', 'decimal'].includes(field.type);

/** The references the list has to bring along, in the API's words. */
export const expandOf = (columns: Field[]) =>
  columns
    .filter((f) => f.type === 'ref' && !f.custom && f.name.endsWith('_id'))
    .slice(0, 12)
    .map((f) => f.name.slice(0, -'_id'.length))
    .join(',');
