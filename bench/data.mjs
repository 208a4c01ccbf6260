// Generated companies, made once and kept under build/bench/data: one folder for each number of deals. Works that write
// get a copy.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { sqlite } from './database.mjs';
import { penstock, run, say, scratch, work } from './place.mjs';
import { tokenFor } from './site.mjs';

const seed = 1;
const generation = 1; // raise it when the generator makes something else that matters here

export class Data {
  constructor(folder, deals) {
    this.folder = folder;
    this.deals = deals;
    this.where = ['--data', folder];
    this.database = sqlite(`${folder}/penstock.db`);
    this.file = `${folder}/penstock.db`;
  }

  get token() {
    return readFileSync(`${this.folder}/bench-token`, 'utf8');
  }
}

// An older program's file is brought up to date by opening it; one that cannot be is made anew.
async function usable(data, stamp) {
  const path = `${data.folder}/bench-stamp`;
  if (!existsSync(path) || readFileSync(path, 'utf8') !== stamp) return false;
  const { code } = await run(penstock, ['export', 'teams', ...data.where], { okay: [0, 1, 2, -1] });
  return code === 0;
}

export async function company(deals) {
  const data = new Data(`${scratch}/deals-${deals}`, deals);
  const stamp = `deals ${deals} seed ${seed} generation ${generation}\n`;
  if (await usable(data, stamp)) return data;
  say(`making a company with ${deals.toLocaleString('en')} deals, once …`);
  rmSync(data.folder, { recursive: true, force: true });
  mkdirSync(data.folder, { recursive: true });
  if (deals > 0)
    await run(penstock, ['demo', ...data.where, '--deals', String(deals), '--seed', String(seed)]);
  writeFileSync(`${data.folder}/bench-token`, await tokenFor(data.database, data.where, 'bench'), {
    mode: 0o600,
  });
  writeFileSync(`${data.folder}/bench-stamp`, stamp);
  return data;
}

// A copy to write into; remove it with `drop`.
export function copy(data, name) {
  const to = new Data(`${work}/${name}`, data.deals);
  drop(to);
  cpSync(data.folder, to.folder, { recursive: true });
  return to;
}

export function drop(data) {
  rmSync(data.folder, { recursive: true, force: true });
}
