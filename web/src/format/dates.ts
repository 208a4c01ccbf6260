import { t } from '../texts/index.ts';
import { dateFormat, numberFormat } from './locale.ts';

/*
 * Dates as people say them near now, exact on hover. A day is the string YYYY-MM-DD in the workspace's
 * time zone; an instant is RFC 3339. Counting in days always goes through day numbers, never through
 * milliseconds, so a change to summer time moves nothing.
 */

const MS_PER_DAY = 86_400_000;

const isDay = (value: string) => value.length === 10;

/** The day an instant falls on in the workspace's time zone. */
export function dayOf(value: string | Date): string {
  if (typeof value === 'string' && isDay(value)) return value;
  const parts = Object.fromEntries(
    dateFormat({
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      calendar: 'gregory',
      numberingSystem: 'latn',
    })
      .formatToParts(new Date(value))
      .map((p) => [p.type, p.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}`;
}

export const today = () => dayOf(new Date());
export const dayNumber = (day: string) => Math.round(Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY);
export const dayFromNumber = (n: number) => new Date(n * MS_PER_DAY).toISOString().slice(0, 10);
export const addDays = (day: string, n: number) => dayFromNumber(dayNumber(day) + n);

/** Whole days from one day or instant to another; positive when `to` is later. */
export const daysBetween = (from: string | Date, to: string | Date) =>
  dayNumber(dayOf(to)) - dayNumber(dayOf(from));

const asDate = (value: string) => new Date(isDay(value) ? `${value}T00:00:00Z` : value);

/* A day is written in UTC because that is how asDate reads it; an instant in the workspace's zone. */
const write = (value: string, options: Intl.DateTimeFormatOptions) =>
  (isDay(value) ? dateFormat(options, 'UTC') : dateFormat(options)).format(asDate(value));

export const timeText = (instant: string) => write(instant, { hour: '2-digit', minute: '2-digit' });
export const weekdayText = (value: string) => write(value, { weekday: 'short' });
export const monthText = (value: string) => write(value, { month: 'short' });

/** 1 Nov, with its year when it is not this one. */
export function dateText(value: string): string {
  const sameYear = dayOf(value).slice(0, 4) === today().slice(0, 4);
  return write(value, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** Fri 18 Dec. */
export const weekdayDateText = (value: string) => `${weekdayText(value)} ${dateText(value)}`;

/** Everything there is to say, for hovers: Monday, 23 November 2026, 14:00. */
export const exactText = (value: string) =>
  write(value, isDay(value) ? { dateStyle: 'full' } : { dateStyle: 'full', timeStyle: 'short' });

/** Sun 1 Nov 2026: the large date over a board of the past. */
export const longDayText = (day: string) =>
  `${weekdayText(day)} ${write(day, { day: 'numeric', month: 'short', year: 'numeric' })}`;

/** As people say it near now: today 14:00, yesterday, Fri, Thu 19 Nov, 3 Mar 2025. */
export function relativeText(value: string, now: string | Date = new Date()): string {
  const days = daysBetween(now, value);
  const time = isDay(value) || isMidnight(value) ? '' : ` ${timeText(value)}`;
  if (days === 0) return `${t('dates.today')}${time}`;
  if (days === 1) return `${t('dates.tomorrow')}${time}`;
  if (days === -1) return `${t('dates.yesterday')}${time}`;
  if (days > 0 && days < 7) return `${weekdayText(value)}${time}`;
  if (Math.abs(days) < 300) return weekdayDateText(value);
  return write(value, { day: 'numeric', month: 'short', year: 'numeric' });
}

const isMidnight = (instant: string) =>
  dateFormat({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(asDate(instant)) === '00:00';

export type Light = 'overdue' | 'today' | 'planned' | 'none';

/** Where a due moment stands: an instant is late once it is past, a day once it is over. */
export function lightOf(due: string | null | undefined, now: Date = new Date()): Light {
  if (!due) return 'none';
  const days = daysBetween(now, due);
  if (days < 0 || (!isDay(due) && Date.parse(due) < now.getTime())) return 'overdue';
  return days === 0 ? 'today' : 'planned';
}

/** What stands beside a next step: 3 d late, today 14:00, Wed. */
export function dueText(due: string, now: Date = new Date()): string {
  const days = daysBetween(now, due);
  if (days < 0) return t('dates.late', { days: -days });
  if (days === 0) return relativeText(due, now);
  return days < 7 ? weekdayText(due) : weekdayDateText(due);
}

/** 45 min, 2 h, 1.5 d: how long something took. */
export function durationText(minutes: number): string {
  const one = (n: number, unit: 'minute' | 'hour' | 'day') =>
    numberFormat({ style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(n);
  if (minutes < 60) return one(minutes, 'minute');
  return minutes < 1440 ? one(minutes / 60, 'hour') : one(minutes / 1440, 'day');
}
