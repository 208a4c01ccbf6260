import { addDays, dayNumber, today } from '../../format/dates.ts';
import { fromWallClock } from '../../format/zone.ts';

/** The moments people plan for most, at nine in the morning of the workspace. */
export const moments = ['today', 'tomorrow', 'days3', 'week'] as const;
export type Moment = (typeof moments)[number];

/* Day number 4 was a Monday. */
const untilMonday = (day: string) => 7 - ((dayNumber(day) - 4) % 7);

const ahead: Record<Moment, (day: string) => number> = {
  today: () => 0,
  tomorrow: () => 1,
  days3: () => 3,
  week: untilMonday,
};

export function momentOf(name: Moment, now = today()): string {
  return fromWallClock(`${addDays(now, ahead[name](now))} ${name === 'today' ? '17:00' : '09:00'}:00`);
}
