import { useEffect } from 'react';
import { useSearch } from 'wouter';
import { navigate } from 'wouter/use-browser-location';
import { addDays } from '../format/dates.ts';
import { startOfDay } from '../format/zone.ts';

/*
 * The moment the interface looks at. `?on=2026-11-01` in the address means: as of the end of that day, read
 * only, on sepia. Everything that reads rows passes `as_of`; everything that writes asks usePast first.
 */

export interface Past {
  /** The day shown, to its end. */
  day: string;
  /** What the API is asked for: the midnight after that day. */
  as_of: string;
}

const aDay = /^\d{4}-\d{2}-\d{2}$/;

export function usePast(): Past | null {
  const day = new URLSearchParams(useSearch()).get('on');
  return day && aDay.test(day) ? { day, as_of: startOfDay(addDays(day, 1)) } : null;
}

/** Turns the whole page sepia while the past is shown. */
export function useSepia(past: boolean) {
  useEffect(() => {
    document.documentElement.classList.toggle('asof', past);
    return () => document.documentElement.classList.remove('asof');
  }, [past]);
}

/** Changes words of the address without leaving the page; null removes one. */
export function setAddress(words: Record<string, string | null>, replace = true) {
  const params = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(words))
    if (value === null || value === '') params.delete(name);
    else params.set(name, value);
  const text = params.toString();
  navigate(location.pathname + (text ? `?${text}` : ''), { replace });
}

/** Looks at the past, or with null back at now. */
export const goTo = (day: string | null) => setAddress({ on: day }, day !== null);
