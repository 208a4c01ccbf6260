// The board as it must be at the moment it was answered, from the rows of deals, exact to the minor unit.
import { insist } from './expect.mjs';

const lights = ['overdue', 'today', 'none', 'planned']; // in the order of urgency

// Local midnight after an instant, in a time zone.
export function nextMidnight(at, zone) {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const wall = (t) => {
    const p = Object.fromEntries(clock.formatToParts(t).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second);
  };
  const local = wall(at);
  const midnight = local - (local % 86400000) + 86400000;
  const day = midnight / 86400000 - 1; // the local day of `at`, counted from 1970
  let guess = midnight - (local - Math.floor(at / 1000) * 1000);
  guess -= wall(guess) - midnight; // when summer time began or ended in between
  return { at: guess, day };
}

// Half away from zero.
function divide(a, b) {
  const rest = a % b;
  return a / b + (2n * (rest < 0n ? -rest : rest) >= b ? (a < 0n ? -1n : 1n) : 0n);
}

// Sums of minor units by currency, in the base currency: each foreign sum converted and rounded once.
export function inBase(sums, rates, base, digits, divisor = 1n) {
  const power = (currency) => 10n ** BigInt(digits[currency] ?? 2);
  let total = 0n;
  for (const [currency, minor] of Object.entries(sums)) {
    if (currency === base) total += divide(minor, divisor);
    else if (rates[currency])
      total += divide(minor * BigInt(rates[currency]) * power(base), 100000000n * power(currency) * divisor);
  }
  return Number(total) / Number(power(base));
}

function lightOf(due, now, tomorrow) {
  if (due === null) return 'none';
  if (due < now) return 'overdue';
  return due < tomorrow ? 'today' : 'planned';
}

// Most urgent first: by light, then by due time, and the newest first among those with nothing planned.
function urgency(a, b) {
  const byLight = lights.indexOf(a.light) - lights.indexOf(b.light);
  if (byLight) return byLight;
  if (a.light === 'none') return b.id - a.id;
  return a.next_activity_at - b.next_activity_at || a.id - b.id;
}

const add = (sums, currency, minor) => {
  sums[currency] = (sums[currency] ?? 0n) + minor;
};

async function byId(database, columns, table, ids) {
  const list = [...new Set(ids.filter((i) => i !== null))];
  if (!list.length) return new Map();
  const rows = await database.rows(`SELECT ${columns} FROM ${table} WHERE id IN (${list.join(',')})`);
  return new Map(rows.map((r) => [r.id, r]));
}

async function cards(database, shape, ids) {
  const rows = await byId(database, '*', 'deals', ids);
  const of = (field) => [...rows.values()].map((r) => r[field]);
  const organisations = await byId(database, 'id, name', 'organisations', of('organisation_id'));
  const owners = await byId(database, 'id, name', 'users', of('owner_id'));
  const activities = await byId(database, 'id, type, subject, due_at', 'activities', of('next_activity_id'));
  const card = (id) => {
    const r = rows.get(id);
    const next = activities.get(r.next_activity_id);
    return {
      ...shape.record('deals', r),
      organisation: organisations.get(r.organisation_id) ?? null,
      owner: owners.get(r.owner_id) ?? null,
      next_activity: next
        ? { ...next, due_at: next.due_at === null ? null : new Date(next.due_at).toISOString() }
        : null,
      slips: { count: r.slip_count ?? 0, days: r.slip_days ?? 0 },
    };
  };
  return ids.map(card);
}

// Holds a whole answer against the database; the moment it was made for is taken from it.
export async function lookAtBoard(database, shape, pipeline, limit, answer) {
  const [workspace] = await database.rows(
    'SELECT base_currency AS base, time_zone AS zone FROM workspaces WHERE id = 1',
  );
  const now = Date.parse(answer.as_of);
  const midnight = nextMidnight(now, workspace.zone);
  const rates = Object.fromEntries(
    (
      await database.rows(
        `SELECT currency, rate FROM exchange_rates e WHERE day = (SELECT max(day) FROM exchange_rates l ` +
          `WHERE l.currency = e.currency AND l.day <= ${midnight.day})`,
      )
    ).map((r) => [r.currency, r.rate]),
  );
  const stages = await database.rows(
    `SELECT id, name, probability FROM stages WHERE pipeline_id = ${pipeline} ORDER BY position, id`,
  );
  const deals = await database.rows(
    `SELECT id, stage_id, value, currency, probability, next_activity_at FROM deals ` +
      `WHERE pipeline_id = ${pipeline} AND status = 'open'`,
  );
  for (const deal of deals) deal.light = lightOf(deal.next_activity_at, now, midnight.at);
  const whole = { count: 0, value: {}, weighted: {} };
  const wanted = [];
  for (const stage of stages) {
    const here = deals.filter((d) => d.stage_id === stage.id).sort(urgency);
    const sums = { value: {}, weighted: {} };
    for (const d of here)
      for (const sum of [sums, whole]) {
        add(sum.value, d.currency, BigInt(d.value ?? 0));
        add(sum.weighted, d.currency, BigInt(d.value ?? 0) * BigInt(d.probability ?? stage.probability));
      }
    whole.count += here.length;
    wanted.push({
      ...stage,
      count: here.length,
      value: inBase(sums.value, rates, workspace.base, shape.digits),
      weighted: inBase(sums.weighted, rates, workspace.base, shape.digits, 100n),
      unconverted: [],
      lights: Object.fromEntries(lights.map((l) => [l, here.filter((d) => d.light === l).length])),
      cards: await cards(
        database,
        shape,
        here.slice(0, limit).map((d) => d.id),
      ),
      more: here.length > limit,
    });
  }
  const got = answer.stages.map(({ next_cursor, ...rest }) => ({ ...rest, more: next_cursor !== null }));
  insist(wanted, got, `the board of pipeline ${pipeline}`);
  const total = {
    count: whole.count,
    value: inBase(whole.value, rates, workspace.base, shape.digits),
    weighted: inBase(whole.weighted, rates, workspace.base, shape.digits, 100n),
    unconverted: [],
  };
  insist(total, answer.total, `the total of pipeline ${pipeline}`);
}
