// What the figures were taken on, for the head of the table.
import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { cores, median, penstock, work } from './place.mjs';

// How long the disk takes to make a page durable that it has had before: what bounds a single writer.
export function syncTime(folder, n = 100) {
  const path = `${folder}/sync`;
  const file = openSync(path, 'w');
  const page = Buffer.alloc(4096, 1);
  const times = [];
  for (let i = 0; i < n + 16; i++) {
    const began = performance.now();
    writeSync(file, page, 0, page.length, (i % 16) * page.length);
    fdatasyncSync(file);
    if (i >= 16) times.push(performance.now() - began);
  }
  closeSync(file);
  rmSync(path);
  return median(times);
}

const first = (command, words) => execFileSync(command, words).toString().split(/\s+/)[0];

export function machine() {
  const system = /^PRETTY_NAME="(.*)"/m.exec(readFileSync('/etc/os-release', 'utf8'));
  return {
    date: new Date().toISOString().slice(0, 10),
    penstock: execFileSync(penstock, ['version']).toString().trim(),
    processor: cpus()[0].model.trim(),
    cores,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    system: `${system ? system[1] : 'Linux'}, Linux ${release()}`,
    sqlite: first('sqlite3', ['--version']),
    sync_ms: Number(syncTime(work).toFixed(3)),
    load_before: Number(loadavg()[2].toFixed(2)),
  };
}
