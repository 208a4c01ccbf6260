// The benchmark: node bench/run.mjs [--size tiny|small|full] [--rounds N] [--seconds S] [--list] [WORK…]
// How cost grows with the number of deals: node bench/run.mjs --growth [--upto N]
//
// Every work runs the product and the physical reference in turns, several rounds of each, holds every answer against
// what must come and every acknowledged write against the database. The table goes to the screen, the figures to
// build/bench.json. Ends with 1 when a single answer was wrong or a write is missing.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { company } from './data.mjs';
import { machine } from './machine.mjs';
import { leaveReferencesOut, row } from './measure.mjs';
import { build, say, scratch, work } from './place.mjs';
import { Site } from './site.mjs';
import { growth, screen } from './table.mjs';
import { bulkWorks } from './works_bulk.mjs';
import { mixedWorks } from './works_mixed.mjs';
import { moveWorks } from './works_move.mjs';
import { postgresWorks } from './works_postgres.mjs';
import { readWorks } from './works_read.mjs';
import { startWorks } from './works_start.mjs';

const works = { ...readWorks, ...moveWorks, ...mixedWorks, ...startWorks, ...bulkWorks, ...postgresWorks };

// How many deals the companies have, on PostgreSQL too; how many different deals are asked for and moved, by how many at
// once; how many are imported, alone and beside other work; how many events are timed, and for how many seconds three
// nodes are written through.
const sizes = {
  tiny: { middle: 500, large: 500, postgres: 500, distinct: 100, moved: 80, imported: 1000, beside: 200 },
  small: {
    middle: 1e4,
    large: 1e4,
    postgres: 1e4,
    distinct: 1000,
    moved: 300,
    imported: 20000,
    beside: 5000,
  },
  full: { middle: 1e5, large: 1e6, postgres: 1e4, distinct: 4096, moved: 1000, imported: 1e6, beside: 20000 },
};
Object.assign(sizes.tiny, { movers: [1, 4, 8], events: 10, nodes: 0.5 });
Object.assign(sizes.small, { movers: [1, 16, 64], events: 100, nodes: 3 });
Object.assign(sizes.full, { movers: [1, 16, 64], events: 200, nodes: 10 });
const pace = {
  tiny: { rounds: 1, seconds: 0.2, idle: 0.1 },
  small: { rounds: 3, seconds: 1, idle: 1 },
  full: { rounds: 3, seconds: 2, idle: 2 },
};

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: process.env.SIZE || 'full' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    list: { type: 'boolean' },
    growth: { type: 'boolean' },
    upto: { type: 'string', default: '1000000' },
  },
});
const size = sizes[flags.size];
const wanted = positionals.length ? positionals : Object.keys(works);
const unknown = wanted.filter((name) => !works[name]);
if (!size || unknown.length || flags.list) {
  if (!size) say(`--size is one of ${Object.keys(sizes).join(', ')}`);
  if (unknown.length) say(`there is no work ${unknown.join(', ')}`);
  say(`works: ${Object.keys(works).join(' ')}`);
  process.exit(flags.list ? 0 : 2);
}

rmSync(work, { recursive: true, force: true });
for (const folder of [scratch, work]) mkdirSync(folder, { recursive: true });
const bench = {
  size,
  rounds: Number(flags.rounds ?? pace[flags.size].rounds),
  times: { seconds: Number(flags.seconds ?? pace[flags.size].seconds), warm: 0.2 },
  idle: pace[flags.size].idle,
  file: (name) => `${work}/${name}`,
  words: (n) => n.toLocaleString('en'),
};

// Runs works one after the other; those that only read the same company share a server. One that breaks off is a row with
// an error, and the others still run.
async function runAll(names, tell) {
  const sites = {};
  for (const name of names) {
    const { work: measure, size: which, own } = works[name];
    say(`${name} …`);
    try {
      const data = which ? await company(bench.size[which]) : null;
      if (data && !own) sites[data.folder] ??= await new Site(data.where, data.token).start();
      const rows = await (own ? measure(bench, data) : measure(bench, sites[data.folder], data));
      for (const row of rows) tell({ name, ...row });
    } catch (error) {
      const none = { reference: [], product: [{ errors: 1, words: String(error.message).slice(0, 2000) }] };
      tell({ name, ...row({ work: `${name} broke off` }, none) });
    }
  }
  for (const site of Object.values(sites)) await site.stop();
}

const began = Date.now();
const table = [];
let path = `${build}/bench.json`;
if (flags.growth) {
  path = `${build}/bench-growth.json`;
  leaveReferencesOut();
  Object.assign(bench, { rounds: 1, times: { seconds: 1, warm: 0.2 } });
  for (let deals = 1000; deals <= Number(flags.upto); deals *= 10) {
    bench.size = {
      ...sizes.full,
      middle: deals,
      large: deals,
      moved: Math.min(1000, deals / 10),
      movers: [1, 16],
    };
    await runAll(['read', 'list', 'board', 'search', 'move', 'report', 'start'], (row) => {
      if (row.grows) table.push({ deals, ...row });
    });
  }
  process.stdout.write(growth(table));
} else {
  await runAll(wanted, (row) => {
    table.push(row);
    process.stdout.write(screen([row], table.length === 1));
  });
  writeFileSync(`${build}/bench-machine.json`, `${JSON.stringify(machine(), null, 1)}\n`);
}
rmSync(work, { recursive: true, force: true });

writeFileSync(path, `${JSON.stringify(table, null, 1)}\n`);
const wrong = table.filter((row) => row.errors);
say(`${table.length} rows in ${Math.round((Date.now() - began) / 1000)} s, ${path}`);
for (const row of wrong) say(`WRONG: ${row.work}: ${row.errors} errors\n${row.words ?? ''}`);
process.exit(wrong.length ? 1 : 0);
