// The figures as a table: on the screen while they come, and as Markdown from build/bench.json:
// node bench/table.mjs [FILE]
import { readFileSync } from 'node:fs';
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

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(markdown(JSON.parse(readFileSync(process.argv[2] ?? `${build}/bench.json`, 'utf8'))));
