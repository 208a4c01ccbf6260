// The figures as tables: on the screen while they come, and as Markdown from what the last runs left in build/:
// node bench/table.mjs              prints them
// node bench/table.mjs --into FILE  puts them between the marks of a document
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keeps } from './measure.mjs';
import { build } from './place.mjs';

const number = (n, digits) =>
  n === null || n === undefined
    ? ''
    : n.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const rate = (n) => number(n, n !== null && n < 100 ? 1 : 0);

export function bar(goal) {
  if (!goal) return '';
  const words = {
    ratio: (v) => `ratio ≥ ${v}`,
    p99_ms: (v) => `p99 < ${v} ms`,
    ms: (v) => `< ${v} ms`,
    mb: (v) => `< ${v} MB`,
    times: (v) => `≥ ${v} × 1 client`,
  };
  return Object.entries(goal)
    .map(([what, v]) => words[what](v))
    .join(', ');
}

const columns = [
  ['work', (r) => r.work, 50],
  ['clients', (r) => number(r.clients, 0), 7],
  ['per second', (r) => rate(r.per_second), 10],
  ['p50 ms', (r) => number(r.p50_ms, 2), 9],
  ['p99 ms', (r) => number(r.p99_ms, 2), 9],
  ['MB', (r) => number(r.mb, 1), 7],
  ['reference', (r) => rate(r.reference_per_second), 10],
  ['ratio', (r) => number(r.ratio, 2), 6],
  ['asked for', (r) => bar(r.goal), 16],
  ['', (r) => (r.errors ? 'WRONG' : { true: 'kept', false: 'missed' }[keeps(r)]) ?? '', 6],
];

export function screen(rows, head) {
  const line = (cells) =>
    `${cells
      .map((c, i) => (i ? c.padStart(columns[i][2]) : c.padEnd(columns[i][2])))
      .join('  ')
      .trimEnd()}\n`;
  const lines = rows.map((r) => line(columns.map(([, cell]) => cell(r))));
  return (head ? line(columns.map(([name]) => name)) : '') + lines.join('');
}

export function markdown(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  const head = line(columns.map(([name]) => name)) + line(columns.map((_, i) => (i ? '---:' : '---')));
  return head + rows.map((r) => line(columns.map(([, cell]) => cell(r)))).join('');
}

// How cost grows: a line for each work, a column for each number of deals; the middle and the 99th percentile in ms.
export function growth(rows) {
  const deals = [...new Set(rows.map((r) => r.deals))];
  const works = [...new Set(rows.map((r) => r.grows))];
  const short = (ms) => number(ms, ms < 1 ? 2 : ms < 100 ? 1 : 0);
  const cell = (r) => {
    if (!r) return '';
    if (r.mb !== undefined) return number(r.mb, 1);
    return r.p99_ms === null || r.p99_ms === r.p50_ms
      ? short(r.p50_ms)
      : `${short(r.p50_ms)} / ${short(r.p99_ms)}`;
  };
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return (
    line(['p50 / p99 in ms', ...deals.map((n) => `${number(n, 0)} deals`)]) +
    line(['---', ...deals.map(() => '---:')]) +
    works
      .map((w) => line([w, ...deals.map((n) => cell(rows.find((r) => r.grows === w && r.deals === n)))]))
      .join('')
  );
}

function taken(m) {
  return (
    `Taken on ${m.date} with ${m.penstock} on ${m.cores} cores of ${m.processor}, ${m.memory_gb} GB of memory, ` +
    `${m.system}, SQLite ${m.sqlite}; the disk makes a page durable in ${m.sync_ms} ms.\n`
  );
}

// Each part of the document between `<!-- NAME -->` and `<!-- end -->` becomes what was measured last.
export function fill(text, parts) {
  return text.replace(/(<!-- (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (whole, open, name, close) =>
    parts[name] === undefined ? whole : `${open}\n${parts[name]}\n${close}`,
  );
}

function main() {
  const read = (name) => {
    const path = `${build}/${name}.json`;
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  };
  const [figures, grown, machine] = ['bench', 'bench-growth', 'bench-machine'].map(read);
  const parts = {
    figures: figures && `${machine ? `${taken(machine)}\n` : ''}${markdown(figures)}`,
    growth: grown && growth(grown),
  };
  const [, , option, path] = process.argv;
  if (option === '--into') writeFileSync(path, fill(readFileSync(path, 'utf8'), parts));
  else process.stdout.write(Object.values(parts).filter(Boolean).join('\n'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
