// The interface's tests: node tests/run.mjs [NAME...]
//
// tests/unit/*.test.ts run as they are, bundled for Node. tests/browser/*.test.mjs drive a real browser against a
// real server; without PENSTOCK_BINARY or Chromium they are left out, and said to be.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, '../../build/web-tests');
const only = process.argv.slice(2);
const wanted = (name) => only.length === 0 || only.some((word) => name.includes(word));
const list = (folder, ending) =>
  existsSync(join(here, folder))
    ? readdirSync(join(here, folder)).filter((f) => f.endsWith(ending) && wanted(f))
    : [];

const unit = list('unit', '.test.ts');
if (unit.length)
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: unit.map((f) => `unit/${f}`),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    jsx: 'automatic',
    logLevel: 'warning',
    loader: { '.css': 'empty' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });

const browser = list('browser', '.test.mjs');
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const canBrowse = existsSync(process.env.PENSTOCK_BINARY ?? '') && existsSync(chromium);
if (browser.length && !canBrowse) console.log(`0 passed, 0 failed, ${browser.length} skipped`);

const files = [
  ...unit.map((f) => join(out, f.replace(/\.ts$/, '.mjs'))),
  ...(canBrowse ? browser.map((f) => join(here, 'browser', f)) : []),
];
if (files.length === 0) process.exit(0);
const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', ...files], {
  stdio: 'inherit',
  env: { ...process.env, TZ: 'UTC', CHROMIUM: chromium },
});
process.exit(run.status ?? 1);
