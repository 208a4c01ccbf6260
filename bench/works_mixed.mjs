// Writes while something big goes on beside them: a report, a backup, an import, and all three at once.
import { readFileSync, rmSync } from 'node:fs';
import { copy, drop } from './data.mjs';
import { rounds, row } from './measure.mjs';
import { penstock, run, sleep } from './place.mjs';
import { Site } from './site.mjs';
import { importMap, writeDeals } from './works_bulk.mjs';
import { Mover } from './works_move.mjs';

const clients = 8;

// Each does its work once and says what went wrong; they are called again and again while the writes are measured.
class Company {
  constructor(bench, site, data) {
    Object.assign(this, { bench, site, data, imported: 0, done: { report: 0, backup: 0, import: 0 } });
  }

  async report() {
    await this.site.get('/api/v1/reports/funnel?pipeline=1');
  }

  async backup() {
    const to = this.bench.file('mixed-backup');
    await run(penstock, ['backup', to, ...this.data.where]);
    rmSync(to, { recursive: true, force: true });
  }

  async import() {
    const file = this.bench.file('mixed.csv');
    const rows = this.bench.size.beside;
    await writeDeals(file, 1 + this.imported, rows);
    this.imported += rows;
    const id = (await this.site.upload('/api/v1/imports', { kind: 'deals' }, 'mixed.csv', readFileSync(file)))
      .json.id;
    await this.site.ask('POST', `/api/v1/imports/${id}/run`, { map: importMap });
    for (;;) {
      const { state, created, error } = (await this.site.get(`/api/v1/imports/${id}`)).json;
      if (state === 'failed') throw new Error(`the import failed: ${error}`);
      if (state === 'done' && created !== rows)
        throw new Error(`the import made ${created} of ${rows} deals`);
      if (state === 'done' || this.ended) return;
      await sleep(50);
    }
  }

  // Runs `what` over and over until `end`.
  begin(what) {
    this.ended = false;
    this.running = what.map(async (name) => {
      while (!this.ended) {
        await this[name]();
        this.done[name]++;
      }
    });
  }

  async end() {
    this.ended = true;
    await Promise.all(this.running);
  }
}

async function mixed(bench, data) {
  const mine = copy(data, 'mixed');
  const site = await new Site(mine.where, mine.token).start();
  const mover = await new Mover(bench, site, mine.database).ready();
  const rows = [];
  const beside = async (what, words, goal) => {
    const company = new Company(bench, site, mine);
    const told = await rounds(1, null, async () => {
      company.begin(what);
      try {
        return await mover.measure(clients, { warm: 0.5, seconds: bench.times.seconds * 2 });
      } finally {
        await company.end();
      }
    });
    const of = what
      .map((name) => `${company.done[name]} ${name}${company.done[name] === 1 ? '' : 's'}`)
      .join(', ');
    rows.push({ ...row({ work: `writes while ${words}`, clients, goal }, told), beside: of || undefined });
  };
  await beside([], 'nothing else runs', null);
  await beside(['report'], 'a report runs', null);
  await beside(['backup'], 'a backup runs', null);
  await beside(['import'], 'an import runs', null);
  await beside(['report', 'backup', 'import'], 'a report, a backup and an import run', { p99_ms: 50 });
  await site.stop();
  drop(mine);
  rmSync(bench.file('mixed.csv'), { force: true });
  return rows;
}

export const mixedWorks = {
  mixed: { size: 'middle', own: true, work: mixed },
};
