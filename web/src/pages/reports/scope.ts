import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearch } from 'wouter';
import { api, type Query } from '../../api/client.ts';
import { useAll } from '../../api/records.ts';
import type { Pipeline } from '../../api/types.ts';
import { addDays, daysBetween, today } from '../../format/dates.ts';
import { type Past, usePast } from '../../parts/past.ts';
import { pages } from '../../routes.ts';

/*
 * What a report is asked about. All of it stands in the address, so that a report can be sent to somebody: the
 * pipeline, the period, whose deals, where from, and the day it is looked at from.
 */

export const periods = ['all', 'month', 'quarter', 'lastQuarter', 'year', 'lastYear', 'twelve'] as const;
export type PeriodName = (typeof periods)[number];

/** From a day up to, not including, another. */
export interface Span {
  from: string;
  to: string;
}

export interface Scope {
  pipeline: number | undefined;
  period: PeriodName;
  span: Span | null;
  past: Past | null;
  words: URLSearchParams;
  /** For the API. */
  query: Query;
}

const first = (year: number, month: number) => new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);

export function spanOf(name: PeriodName, on: string): Span | null {
  const year = Number(on.slice(0, 4));
  const month = Number(on.slice(5, 7)) - 1;
  const quarter = Math.floor(month / 3) * 3;
  switch (name) {
    case 'all':
      return null;
    case 'month':
      return { from: first(year, month), to: first(year, month + 1) };
    case 'quarter':
      return { from: first(year, quarter), to: first(year, quarter + 3) };
    case 'lastQuarter':
      return { from: first(year, quarter - 3), to: first(year, quarter) };
    case 'year':
      return { from: first(year, 0), to: first(year + 1, 0) };
    case 'lastYear':
      return { from: first(year - 1, 0), to: first(year, 0) };
    case 'twelve':
      return { from: first(year, month - 11), to: first(year, month + 1) };
  }
}

/** The same length of time, just before. */
export const before = ({ from, to }: Span): Span => ({
  from: addDays(from, -daysBetween(from, to)),
  to: from,
});

export function useScope(): Scope {
  const words = new URLSearchParams(useSearch());
  const past = usePast();
  const pipelines = useAll<Pipeline>('pipelines', { sort: 'position' });
  const pipeline = Number(words.get('pipeline')) || pipelines[0]?.id;
  const period = periods.find((p) => p === words.get('period')) ?? 'twelve';
  return {
    pipeline,
    period,
    span: spanOf(period, past?.day ?? today()),
    past,
    words,
    query: {
      pipeline,
      owner: words.get('owner_id'),
      source: words.get('source_id'),
      team: words.get('team_id'),
      as_of: past?.as_of,
    },
  };
}

export function useReport<T>(name: string, query: Query, enabled = true) {
  return useQuery({
    queryKey: ['report', name, query],
    queryFn: ({ signal }) => api.get<T>(`/reports/${name}`, query, signal),
    placeholderData: keepPreviousData,
    enabled: enabled && query.pipeline !== undefined,
  });
}

/** The list of deals behind a figure: the scope of the report narrowed further. */
export function dealsHref(scope: Scope, narrower: Record<string, string | number>): string | undefined {
  if (!pages.some((page) => page.path === '/deals')) return undefined;
  const words = new URLSearchParams();
  if (scope.pipeline) words.set('pipeline_id', String(scope.pipeline));
  for (const name of ['owner_id', 'source_id'])
    if (scope.words.get(name)) words.set(name, scope.words.get(name)!);
  if (scope.past) words.set('on', scope.past.day);
  for (const [name, value] of Object.entries(narrower)) words.set(name, String(value));
  return `/deals?${words}`;
}

/** A period as the word of a date filter, whose ends both belong to it. */
export const closedIn = (span: Span | null) =>
  span ? `${span.from}..${addDays(span.to, -1)}` : '1970-01-01..';
