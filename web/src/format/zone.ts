import { currentZone } from './locale.ts';

/* Between instants and the wall clock of the workspace, for pickers that speak "YYYY-MM-DD HH:mm:ss". */

function wallClock(instant: number): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: currentZone(),
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(instant)
      .map((p) => [p.type, p.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`;
}

export const toWallClock = (instant: string) => wallClock(Date.parse(instant));

/** The instant at which the workspace's clocks show this; twice, because the offset itself depends on the answer. */
export function fromWallClock(wall: string): string {
  const asUtc = Date.parse(`${wall.replace(' ', 'T')}Z`);
  let guess = asUtc;
  for (let i = 0; i < 2; i++) guess += asUtc - Date.parse(`${wallClock(guess).replace(' ', 'T')}Z`);
  return new Date(guess).toISOString();
}

/** Local midnight that starts the day, as an instant. */
export const startOfDay = (day: string) => fromWallClock(`${day} 00:00:00`);
