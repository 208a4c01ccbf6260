// The benchmark: node bench/run.mjs [--size tiny|small|full] [--rounds N] [--seconds S] [--list] [WORK…]
//
// Every work runs the product and the physical reference in turns, several rounds of each, holds every answer against
// what must come and every acknowledged write against the database. The table goes to the screen, the figures to
// build/bench.json. Ends with 1 when a single answer was wrong or a write is missing.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { company } from './data.mjs';
import { build, say, scratch, work } from './place.mjs';
import { Site } from './site.mjs';
import { screen } from './table.mjs';
import { bulkWorks } from './works_bulk.mjs';
import { mixedWorks } from './works_mixed.mjs';
import { moveWorks } from './works_move.mjs';
import { readWorks } from './works_read.mjs';
import { startWorks } from './works_start.mjs';

const works = { ...readWorks, ...moveWorks, ...mixedWorks, ...startWorks, ...bulkWorks };

// How many deals the two companies have, how many different deals are asked for and moved, by how many at once, and how
// many are imported, alone and beside other work.
const sizes = {
  tiny: { middle: 500, large: 500, distinct: 100, moved: 80, movers: [1, 4, 8], imported: 1000, beside: 200 },
  small: {
    middle: 10000,
    large: 10000,
    distinct: 1000,
    moved: 300,
    movers: [1, 16, 64],
    imported: 20000,
    beside: 5000,
  },
  full: {
    middle: 100000,
    large: 1000000,
    distinct: 4096,
    moved: 1000,
    movers: [1, 16, 64],
    imported: 1000000,
  },
};
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

// Works of one size that only read share a server.
const sites = {};
async function site(data) {
  sites[data.folder] ??= await new Site(data.where, data.token).start();
  return sites[data.folder];
}

const began = Date.now();
const table = [];
for (const name of wanted) {
  const { work: measure, size: which, own } = works[name];
  const data = which ? await company(size[which]) : null;
  say(`${name} …`);
  const rows = await (own ? measure(bench, data) : measure(bench, await site(data), data));
  for (const row of rows) {
    table.push({ name, ...row });
    process.stdout.write(screen([row], table.length === 1));
  }
}
for (const one of Object.values(sites)) await one.stop();
rmSync(work, { recursive: true, force: true });

const path = `${build}/bench.json`;
writeFileSync(path, `${JSON.stringify(table, null, 1)}\n`);
const wrong = table.filter((row) => row.errors);
say(`${table.length} rows in ${Math.round((Date.now() - began) / 1000)} s, ${path}`);
for (const row of wrong) say(`WRONG: ${row.work}: ${row.errors} errors\n${row.words ?? ''}`);
process.exit(wrong.length ? 1 : 0);
