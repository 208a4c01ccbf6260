import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindMeta } from '../../src/api/types.ts';
import { draftOf, sealed, withStatuses } from '../../src/pages/import/draft.ts';
import { columnTexts } from '../../src/pages/import/texts.ts';
import type { Upload } from '../../src/pages/import/types.ts';
import { csvText } from '../../src/pages/reports/csv.ts';

const upload = {
  kind: 'deals',
  encoding: 'utf-8',
  delimiter: ';',
  header: ['Name', 'Stage', 'Note'],
  sample: [],
  dates_ambiguous: true,
} as unknown as Upload;
const deals = {
  fields: [{ name: 'status', choices: [{ key: 'won', label: 'Won' }] }],
} as unknown as KindMeta;
const map = { columns: { Name: 'title', Stage: { to: 'stage_id' } }, dates: 'auto' as const };

test('a map goes back the way it came, without what is empty', () => {
  const draft = draftOf(upload, map, { currency: 'EUR', owner_id: null });
  assert.equal(draft.dates, undefined);
  assert.deepEqual(sealed({ ...draft, dates: 'dmy', key: 'external_id' }), {
    columns: { Name: 'title', Stage: 'stage_id' },
    defaults: { currency: 'EUR' },
    dates: 'dmy',
  });
});

test('texts of a column are counted as the file has them, and won is a status', async () => {
  const file = Object.assign(new Blob(['Name;Stage;Note\n"A;1";Closed won;"x\ny"\nB;Proposal;\n']), {
    name: 'deals.csv',
  }) as unknown as File;
  const texts = await columnTexts(file, upload);
  assert.deepEqual([...texts.get('Name')!.keys()], ['A;1', 'B']);
  assert.deepEqual([...texts.get('Note')!], [['x\ny', 1]]);
  const draft = withStatuses(draftOf(upload, map, {}), deals, texts);
  assert.deepEqual(draft.columns.Stage!.values, { 'Closed won': { status: 'won' } });
});

test('an exported table keeps numbers plain and texts harmless', () => {
  assert.equal(
    csvText([
      ['a', 1.5, null],
      ['x,"y"', '=1+1', -2],
    ]),
    'a,1.5,\r\n"x,""y""",\'=1+1,-2\r\n',
  );
});
