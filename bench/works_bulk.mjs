// Much at once: an import of many deals, and a report over all of them.

import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { sqlite } from './database.mjs';
import { difference } from './expect.mjs';
import { row } from './measure.mjs';
import { penstock, program, run, sleep } from './place.mjs';

// -- import --------------------------------------------------------------------------------------------------

const columns = 'id,title,account,agent,stage,status,value,currency,opened,closed,expected';
const stages = ['Lead generation', 'Qualification', 'Need analysis', 'Proposal', 'Negotiation'];

export const importMap = {
  key: 'external_id',
  columns: {
    id: 'external_id',
    title: 'title',
    account: { to: 'organisation_id', match: 'name', create: true },
    agent: { to: 'owner_id', match: 'name', create: true },
    stage: 'stage_id',
    status: 'status',
    value: 'value',
    currency: 'currency',
    opened: 'opened_at',
    closed: 'closed_at',
    expected: 'expected_close_date',
  },
  defaults: { pipeline_id: 1 },
  dates: 'auto',
};

const instant = (t) => new Date(t).toISOString().replace('.000', '');

function line(i) {
  const status = i % 10 < 6 ? 'open' : i % 10 < 8 ? 'won' : 'lost';
  const opened = Date.UTC(2020, 0, 1) + i * 150000;
  const closed = status === 'open' ? '' : instant(opened + (1 + (i % 90)) * 86400000);
  const expected = new Date(opened + 60 * 86400000).toISOString().slice(0, 10);
  return (
    `D-${i},"Machine ${i % 977}, line ${i % 13}",Account ${(i * 7) % 50021} GmbH,Agent ${i % 211},` +
    `${stages[i % stages.length]},${status},${(i * 37) % 100000}.${10 + (i % 90)},EUR,${instant(opened)},${closed},${expected}\n`
  );
}

export async function writeDeals(path, from, n) {
  const out = createWriteStream(path);
  out.write(`${columns}\n`);
  for (let i = from; i < from + n; i += 1000) {
    let text = '';
    for (let k = i; k < Math.min(i + 1000, from + n); k++) text += line(k);
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

export function writeMap(path) {
  writeFileSync(path, JSON.stringify(importMap));
  return path;
}

async function spent(out, command, args, input) {
  const { stdout } = await run(program('spent'), [out, command, ...args], { input });
  return { ...JSON.parse(readFileSync(out, 'utf8')), stdout };
}

// Every row of the bare table against the deal that came of it, its log line and its search text; what is wrong.
async function auditImport(folder, bare, n, changeset) {
  const database = sqlite(`${folder}/penstock.db`);
  const ms = (column) => `CAST(strftime('%s', ${column}) AS INTEGER) * 1000`;
  const attach = `ATTACH '${bare}' AS bare;`;
  const wrong = await database.value(
    `${attach} SELECT count(*) FROM bare.deals b LEFT JOIN deals d ON d.external_id = b.id COLLATE NOCASE
     LEFT JOIN organisations o ON o.id = d.organisation_id LEFT JOIN users u ON u.id = d.owner_id
     LEFT JOIN stages s ON s.id = d.stage_id
     WHERE d.id IS NULL OR d.title <> b.title OR o.name IS NOT b.account OR u.name IS NOT b.agent OR d.status <> b.status
     OR s.name IS NOT b.stage OR d.value <> CAST(round(b.value * 100) AS INTEGER) OR d.currency <> b.currency
     OR d.opened_at <> ${ms('b.opened')} OR (b.status <> 'open' AND d.closed_at <> ${ms('b.closed')})
     OR d.expected_close_date <> CAST(julianday(b.expected) - 2440587.5 AS INTEGER)`,
  );
  const counts = {
    deals: 'SELECT count(*) FROM deals',
    logged: `SELECT count(DISTINCT row_id) FROM changes WHERE kind = 'deals' AND op = 'create' AND changeset_id = ${changeset}`,
    searched: 'SELECT count(*) FROM deals_search_docsize',
  };
  const faults = wrong ? [`${wrong} rows are not what the file says`] : [];
  for (const [what, sql] of Object.entries(counts)) {
    const found = await database.value(sql);
    if (found !== n) faults.push(`${what}: ${found} of ${n}`);
  }
  return faults;
}

async function importDeals(bench) {
  const n = bench.size.imported;
  const file = bench.file('import.csv');
  const folder = bench.file('import');
  const bare = bench.file('import-bare.db');
  await writeDeals(file, 1, n);
  rmSync(folder, { recursive: true, force: true });
  rmSync(bare, { force: true });
  mkdirSync(folder);
  const bareTable = `CREATE TABLE deals (${columns});\n.import --csv --skip 1 ${file} deals\n`;
  const reference = await spent(bench.file('spent'), 'sqlite3', [bare], bareTable);
  const words = [
    'import',
    'deals',
    file,
    '--map',
    writeMap(bench.file('import-map.json')),
    '--json',
    '--data',
    folder,
  ];
  const product = await spent(bench.file('spent'), penstock, words);
  const answer = JSON.parse(product.stdout);
  const faults = await auditImport(folder, bare, n, answer.changeset);
  if (answer.created !== n || answer.bad_count)
    faults.push(`created ${answer.created}, bad ${answer.bad_count}`);
  const told = {
    reference: [{ per_second: n / reference.seconds }],
    product: [
      { per_second: n / product.seconds, p50_ms: product.seconds * 1000, p99_ms: product.seconds * 1000 },
    ],
  };
  const done = row(
    {
      work: `import ${bench.words(n)} deals from CSV (${Math.round(statSync(file).size / 1e6)} MB), rows`,
      reference: 'sqlite3 .import of the same file into a bare table',
      goal: { ratio: 0.2, mb: 300 },
    },
    told,
    {
      mb: product.mb,
      rss_mb: product.rss_mb,
      reference_mb: reference.mb,
      cpu_seconds: product.cpu,
      p99_ms: null,
    },
  );
  rmSync(folder, { recursive: true, force: true });
  rmSync(bare, { force: true });
  rmSync(file, { force: true });
  return [{ ...done, errors: faults.length, words: faults.join('\n') || undefined }];
}

// -- report --------------------------------------------------------------------------------------------------

async function report(bench, site, data) {
  const stages = (
    await data.database.rows('SELECT id FROM stages WHERE pipeline_id = 1 ORDER BY position, id')
  ).map((s) => s.id);
  const words = [
    '--db',
    data.file,
    '--cache',
    `${data.folder}/bench-columns`,
    '--pipeline',
    '1',
    '--stages',
    stages.join(','),
  ];
  const told = { reference: [], product: [] };
  let errors = [];
  for (let i = 0; i < bench.rounds; i++) {
    const reference = JSON.parse((await run(program('columns'), [...words, '--seconds', '1'])).stdout);
    const began = performance.now();
    const answer = (await site.get('/api/v1/reports/funnel?pipeline=1')).json;
    const ms = performance.now() - began;
    const got = answer.stages.map(({ stage_id, count, advanced, lost, open }) => ({
      stage_id,
      count,
      advanced,
      lost,
      open,
    }));
    const found = difference(
      { stages: reference.stages, won: reference.won },
      { stages: got, won: answer.won },
    );
    if (found) errors = [`the funnel is not what the log says: ${found}`];
    told.reference.push(reference);
    told.product.push({ per_second: 1000 / ms, p50_ms: ms, p99_ms: ms });
    if (ms > 3000) break; /* once is enough to know */
    await sleep(100);
  }
  const changes = told.reference[0].changes;
  const done = row(
    {
      work: `report (funnel) over ${bench.words(data.deals)} deals with ${bench.words(changes)} changes`,
      clients: 1,
      reference: 'a plain C loop over the same arrays in memory',
      grows: 'report (funnel), 1 client',
    },
    told,
  );
  return [{ ...done, errors: errors.length, words: errors.join('\n') || undefined }];
}

export const bulkWorks = {
  import: { own: true, work: importDeals },
  report: { size: 'large', work: report },
};
