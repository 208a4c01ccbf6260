import { useMemo } from 'react';
import { useSearch } from 'wouter';
import type { Query } from '../../api/client.ts';
import { useKind } from '../../api/session.ts';
import type { Field } from '../../api/types.ts';
import { setAddress } from '../past.ts';
import { apiFilter } from './words.ts';

export interface ActiveFilter {
  field: Field;
  word: string;
}

export interface Filters {
  /** The filters in the API's words, ready for a query. */
  query: Query;
  active: ActiveFilter[];
  /** What is searched for by text, or ''. */
  text: string;
  word: (field: string) => string | null;
  set: (field: string, word: string | null) => void;
  clear: () => void;
}

/** The filters over a kind that the address holds. */
export function useFilters(kind: string): Filters {
  const fields = useKind(kind)?.fields;
  const search = useSearch();
  return useMemo(() => {
    const params = new URLSearchParams(search);
    const active = (fields ?? []).flatMap((field): ActiveFilter[] => {
      const word = params.get(field.name);
      return word ? [{ field, word }] : [];
    });
    const text = params.get('q') ?? '';
    const query: Query = Object.assign({}, ...active.map(({ field, word }) => apiFilter(field, word)));
    if (text) query.q = text;
    return {
      query,
      active,
      text,
      word: (field) => params.get(field),
      set: (field, word) => setAddress({ [field]: word }),
      clear: () =>
        setAddress({ q: null, ...Object.fromEntries(active.map(({ field }) => [field.name, null])) }),
    };
  }, [fields, search]);
}
