import type { ReactNode } from 'react';
import { numberText } from '../format/locale.ts';
import { en } from './en.ts';

/*
 * Every text a person reads is in the catalogue texts/en. `t('board.moved', { title, stage })` fills the
 * names in braces; a text with the forms one and other picks by `n`; numbers are written the reader's way.
 * `tx` does the same with elements in the gaps.
 */

type Catalogue = typeof en;
export type TextKey = keyof Catalogue;
type Names<S> = S extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never;
type NamesIn<T> = T extends string
  ? Names<T>
  : T extends { one: infer A; other: infer B }
    ? Names<A> | Names<B> | 'n'
    : never;
type Params<K extends TextKey, V> = [NamesIn<Catalogue[K]>] extends [never]
  ? []
  : [params: Record<NamesIn<Catalogue[K]>, V>];

/** The texts that stand by themselves, with no gaps to fill. */
export type PlainKey = { [K in TextKey]: [NamesIn<Catalogue[K]>] extends [never] ? K : never }[TextKey];

const plurals = new Intl.PluralRules('en');

function pick(key: TextKey, params: Record<string, unknown> | undefined): string {
  const text: string | { one: string; other: string } = en[key];
  if (typeof text === 'string') return text;
  return plurals.select(Number(params?.n)) === 'one' ? text.one : text.other;
}

export function t<K extends TextKey>(key: K, ...[params]: Params<K, string | number>): string {
  const values = params as Record<string, string | number> | undefined;
  return pick(key, values).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values?.[name];
    return typeof value === 'number' ? numberText(value) : (value ?? '');
  });
}

export function tx<K extends TextKey>(
  key: K,
  ...[params, count]: [...Params<K, ReactNode>, count?: number]
): ReactNode[] {
  const values = params as Record<string, ReactNode> | undefined;
  return pick(key, { n: count ?? values?.n })
    .split(/\{(\w+)\}/)
    .map((part, i) => {
      if (i % 2 === 0) return part;
      const value = values?.[part];
      return typeof value === 'number' ? numberText(value) : value;
    });
}
