import type { Query } from '../../api/client.ts';
import type { Field } from '../../api/types.ts';
import { addDays, dateText, today } from '../../format/dates.ts';
import { startOfDay } from '../../format/zone.ts';
import { t } from '../../texts/index.ts';

/*
 * Filters live in the address, one word per field, so that a filtered page can be shared, kept as a view and
 * come back to: `owner_id=3`, `value=1000..50000`, `expected_close_date=@quarter+`. A word with @ is a span
 * that moves with the calendar. Here the words become the API's own filters.
 */

export interface Span {
  from?: string;
  to?: string;
}

export const spans = ['overdue', 'week', 'month', 'quarter', 'quarter+', 'nextQuarter', 'year'] as const;
export type SpanName = (typeof spans)[number];

const firstOfMonth = (year: number, month: number) =>
  new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);

/** The days a moving span covers on a day; both ends belong to it. */
export function spanDays(name: SpanName, now = today()): Span {
  const year = Number(now.slice(0, 4));
  const month = Number(now.slice(5, 7)) - 1;
  const quarter = Math.floor(month / 3) * 3;
  const monday = addDays(now, -((new Date(`${now}T00:00:00Z`).getUTCDay() + 6) % 7));
  const until = (m: number) => addDays(firstOfMonth(year, m), -1);
  switch (name) {
    case 'overdue':
      return { to: addDays(now, -1) };
    case 'week':
      return { from: monday, to: addDays(monday, 6) };
    case 'month':
      return { from: firstOfMonth(year, month), to: until(month + 1) };
    case 'quarter':
      return { from: firstOfMonth(year, quarter), to: until(quarter + 3) };
    case 'quarter+':
      return { from: firstOfMonth(year, quarter) };
    case 'nextQuarter':
      return { from: firstOfMonth(year, quarter + 3), to: until(quarter + 6) };
    case 'year':
      return { from: firstOfMonth(year, 0), to: until(12) };
  }
}

export const isSpan = (word: string): word is `@${SpanName}` => spans.includes(word.slice(1) as SpanName);

/** The two ends of a written range `a..b`; an end may be open. */
export function rangeOf(word: string): Span {
  const [from, to] = word.split('..');
  return { from: from || undefined, to: to || undefined };
}

const isRange = (field: Field) => ['day', 'instant', 'money', 'integer', 'decimal'].includes(field.type);

export const isText = (field: Field) =>
  ['text', 'longtext', 'markdown', 'email', 'phone', 'url'].includes(field.type);

/** One word of the address as filters of the API. */
export function apiFilter(field: Field, word: string): Query {
  if (word === '-') return { [`${field.name}.null`]: true };
  if (isText(field)) return { [`${field.name}.like`]: word };
  if (!isRange(field)) return { [field.name]: word };
  const { from, to } = isSpan(word) ? spanDays(word.slice(1) as SpanName) : rangeOf(word);
  if (field.type !== 'instant') return { [`${field.name}.gte`]: from, [`${field.name}.lte`]: to };
  return {
    [`${field.name}.gte`]: from && startOfDay(from),
    [`${field.name}.lt`]: to && startOfDay(addDays(to, 1)),
  };
}

/** What a range says on its chip. */
export function rangeText(word: string, write: (end: string) => string = dateText): string {
  if (isSpan(word)) return t(`filter.span.${word.slice(1) as SpanName}`);
  const { from, to } = rangeOf(word);
  if (from && to) return t('filter.between', { from: write(from), to: write(to) });
  return from ? t('filter.from', { from: write(from) }) : t('filter.to', { to: write(to ?? '') });
}
