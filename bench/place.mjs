// Where things are, and the small words every part of the benchmark uses.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const build = resolve(root, process.env.BENCH_BUILD ?? 'build');
export const scratch = resolve(process.env.BENCH_DATA ?? `${build}/bench/data`);
// Plans, journals and copies of one run.
export const work = `${build}/bench/work`;
export const penstock = `${build}/penstock`;
export const program = (name) => `${build}/bench/bench-${name}`;
export const cores = cpus().length;

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const say = (text) => process.stderr.write(`${text}\n`);

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Runs a program to its end: what it printed. Refused, with its words, when it does not end with 0.
export function run(command, args, { okay = [0], input } = {}) {
  return new Promise((done, refuse) => {
    const child = execFile(command, args, { maxBuffer: 1 << 30 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      if (okay.includes(code)) done({ code, stdout, stderr });
      else refuse(new Error(`${command} ${args.join(' ')}\n${stderr || error.message}`));
    });
    if (input !== undefined) child.stdin.end(input);
  });
}

// Programs that run until they are stopped, by their own process id; whatever still runs goes with this process.
const running = new Set();

export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  child.output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => {
      child.output = (child.output + text).slice(-20000);
    });
  child.ended = new Promise((done) => {
    child.on('error', (error) => {
      child.output += error.message;
      done(-1);
    });
    child.on('close', (code) => {
      running.delete(child);
      done(code ?? -1);
    });
  });
  return child;
}

export async function stop(child) {
  child.kill('SIGTERM');
  const code = await Promise.race([child.ended, sleep(15000).then(() => 'late')]);
  if (code === 'late') {
    child.kill('SIGKILL');
    await child.ended;
  }
  return code;
}

// The first match of `pattern` in what a running program prints.
export async function printed(child, pattern) {
  for (let waited = 0; waited < 120000; waited += 5) {
    const match = pattern.exec(child.output);
    if (match) return match;
    if (child.exitCode !== null) break;
    await sleep(5);
  }
  throw new Error(`${child.spawnfile} did not start: ${child.output}`);
}

const stopAll = () => {
  for (const child of running) child.kill('SIGKILL');
};
process.on('exit', stopAll);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    stopAll();
    process.exit(1);
  });

// Memory of a process in MB, from the kernel's own books.
export function memory(pid) {
  const read = (name) => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Number(match[1]) / 1024 : 0;
  };
  return { rss: read('VmRSS'), anon: read('RssAnon'), peak: read('VmHWM') };
}
