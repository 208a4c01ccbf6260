import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import {
  addDays,
  dayOf,
  daysBetween,
  dueText,
  lightOf,
  longDayText,
  relativeText,
} from '../../src/format/dates.ts';
import { setLocale } from '../../src/format/locale.ts';
import { moneyDelta, moneyShort, moneyText, parseAmount } from '../../src/format/money.ts';
import { fromWallClock, startOfDay, toWallClock } from '../../src/format/zone.ts';

beforeEach(() => setLocale('en-GB', 'Europe/Berlin'));

test('an amount shows cents only where there are any', () => {
  assert.equal(moneyText(141325, 'EUR'), '€141,325');
  assert.equal(moneyText(12.5, 'EUR'), '€12.50');
  assert.equal(moneyText(1250, 'JPY'), '¥1,250');
});

test('a total is short from ten thousand on', () => {
  assert.equal(moneyShort(9999, 'EUR'), '€9,999');
  assert.equal(moneyShort(412_300, 'EUR'), '€412k');
  assert.equal(moneyShort(2_321_000, 'EUR'), '€2,321k');
  assert.equal(moneyShort(12_340_000, 'USD'), '$12.3m');
  assert.equal(moneyDelta(-19_000, 'EUR'), '−€19k');
});

test('a total follows the reader, with the letter behind the digits', () => {
  setLocale('de-DE', 'Europe/Berlin');
  assert.equal(moneyShort(412_300, 'EUR'), '412k\u00a0€');
});

test('amounts are read as people type them', () => {
  const cases: [string, number | undefined][] = [
    ['12k', 12_000],
    ['1.5m', 1_500_000],
    ['€12,500', 12_500],
    ['12.500,50', 12_500.5],
    ['1,250.50', 1250.5],
    ["12'500", 12_500],
    ['0.1', 0.1],
    ['-300', -300],
    ['', undefined],
    ['soon', undefined],
    ['1.2.3,4.5', undefined],
  ];
  for (const [text, amount] of cases) assert.equal(parseAmount(text), amount, text);
});

test('three digits after one mark follow the locale', () => {
  assert.equal(parseAmount('1,250'), 1250);
  setLocale('de-DE', 'Europe/Berlin');
  assert.equal(parseAmount('1,250'), 1.25);
  assert.equal(parseAmount('1.250'), 1250);
});

test('the day of an instant is that of the workspace', () => {
  assert.equal(dayOf('2026-11-23T23:30:00Z'), '2026-11-24');
  setLocale('en-GB', 'America/New_York');
  assert.equal(dayOf('2026-11-23T03:30:00Z'), '2026-11-22');
});

test('days are counted across a change to winter time', () => {
  assert.equal(daysBetween('2026-10-24T22:00:00Z', '2026-10-26T22:59:00Z'), 1);
  assert.equal(addDays('2026-10-24', 2), '2026-10-26');
});

test('midnight is found on both sides of a change of the clocks', () => {
  assert.equal(startOfDay('2026-10-25'), '2026-10-24T22:00:00.000Z');
  assert.equal(startOfDay('2026-10-26'), '2026-10-25T23:00:00.000Z');
  assert.equal(toWallClock(fromWallClock('2026-03-29 12:00:00')), '2026-03-29 12:00:00');
});

test('near days are named as people say them', () => {
  const now = '2026-11-23T09:00:00Z';
  assert.equal(relativeText('2026-11-23T13:00:00Z', now), 'today 14:00');
  assert.equal(relativeText('2026-11-24', now), 'tomorrow');
  assert.equal(relativeText('2026-11-22', now), 'yesterday');
  assert.equal(relativeText('2026-11-27', now), 'Fri');
  assert.equal(longDayText('2026-11-01'), 'Sun 1 Nov 2026');
});

test('an instant is late once it is past, a day once it is over', () => {
  const now = new Date('2026-11-23T15:00:00Z');
  assert.equal(lightOf('2026-11-23T08:00:00Z', now), 'overdue');
  assert.equal(lightOf('2026-11-23T16:00:00Z', now), 'today');
  assert.equal(lightOf('2026-11-23', now), 'today');
  assert.equal(lightOf('2026-11-22T22:30:00Z', now), 'overdue');
  assert.equal(lightOf('2026-11-24', now), 'planned');
  assert.equal(lightOf(null, now), 'none');
  assert.equal(dueText('2026-11-20', now), '3 d late');
});
