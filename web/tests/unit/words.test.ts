import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { bodyOf, fieldOf, withFields } from '../../src/api/cache.ts';
import { queryText } from '../../src/api/client.ts';
import type { Field, Row } from '../../src/api/types.ts';
import { setLocale } from '../../src/format/locale.ts';
import { apiFilter, rangeText, spanDays } from '../../src/parts/filters/words.ts';
import { t, tx } from '../../src/texts/index.ts';

beforeEach(() => setLocale('en-GB', 'Europe/Berlin'));

const field = (name: string, type: Field['type']): Field => ({ name, label: name, type });

test('a range in the address becomes two filters', () => {
  assert.deepEqual(apiFilter(field('value', 'money'), '1000..50000'), {
    'value.gte': '1000',
    'value.lte': '50000',
  });
  assert.equal(queryText(apiFilter(field('value', 'money'), '1000..')), '?value.gte=1000');
  assert.deepEqual(apiFilter(field('owner_id', 'ref'), '3'), { owner_id: '3' });
  assert.deepEqual(apiFilter(field('owner_id', 'ref'), '-'), { 'owner_id.null': true });
});

test('a range of days over instants ends with its last day', () => {
  assert.deepEqual(apiFilter(field('opened_at', 'instant'), '2026-10-24..2026-10-25'), {
    'opened_at.gte': '2026-10-23T22:00:00.000Z',
    'opened_at.lt': '2026-10-25T23:00:00.000Z',
  });
});

test('spans move with the calendar', () => {
  const now = '2026-11-23';
  assert.deepEqual(spanDays('quarter', now), { from: '2026-10-01', to: '2026-12-31' });
  assert.deepEqual(spanDays('nextQuarter', now), { from: '2027-01-01', to: '2027-03-31' });
  assert.deepEqual(spanDays('week', now), { from: '2026-11-23', to: '2026-11-29' });
  assert.deepEqual(spanDays('overdue', now), { to: '2026-11-22' });
  assert.equal(rangeText('@quarter+'), 'this quarter or later');
});

test('texts pick their plural and write numbers the reader’s way', () => {
  assert.equal(t('past.deals', { n: 1 }), '1 deal');
  assert.equal(t('past.deals', { n: 1200 }), '1,200 deals');
  assert.deepEqual(
    tx('past.thenNow', { before: 'a', thenValue: 'b', arrow: 'c', now: 'd', nowValue: 'e' }).join(''),
    'a · b then c d · e now',
  );
});

test('an edit reaches custom fields and drops the name of a changed reference', () => {
  const row = {
    id: 1,
    owner_id: 2,
    owner: { id: 2, name: 'Ann' },
    custom: { region: 'north' },
  } as unknown as Row;
  const next = withFields(row, { 'custom.region': 'south', owner_id: 3 });
  assert.equal(fieldOf(next, 'custom.region'), 'south');
  assert.equal('owner' in next, false);
  assert.deepEqual(row.custom, { region: 'north' });
});

test('a text filter looks for a part, an empty one for nothing filled in', () => {
  assert.deepEqual(apiFilter(field('title', 'text'), 'mill'), { 'title.like': 'mill' });
  assert.deepEqual(apiFilter(field('title', 'text'), '-'), { 'title.null': true });
  assert.deepEqual(apiFilter(field('tags', 'refs'), '3'), { tags: '3' });
});

test('custom fields travel within custom', () => {
  assert.deepEqual(bodyOf({ title: 'A', 'custom.region': 'North' }), {
    title: 'A',
    custom: { region: 'North' },
  });
});
