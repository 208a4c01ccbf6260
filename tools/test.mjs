// Every check and test in one run: node tools/test.mjs [-jN] [SUITE...]
//
// A suite is a row of the table at the end. Its output goes to build/test/logs/SUITE.log and is shown when it
// fails. The last line of all adds up what the suites counted: 'N passed, N failed, N skipped'.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));
const args = process.argv.slice(2);
const jobs = args.find((a) => /^-j\d+$/.test(a)) ?? `-j${cpus().length}`;
const only = args.filter((a) => !a.startsWith('-'));

const SANITIZED = 'build/test';
const CLANG = 'build/clang';
const LOGS = `${SANITIZED}/logs`;

const environment = {
  ...process.env,
  ASAN_OPTIONS: 'abort_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1',
  UBSAN_OPTIONS: 'halt_on_error=1:abort_on_error=1:print_stacktrace=1',
  PENSTOCK_BINARY: resolve(SANITIZED, 'penstock'),
};

// Runs a shell command; { code, output }. With `live` its lines are shown as they come.
function sh(command, { live = false, env = {} } = {}) {
  return new Promise((done) => {
    const child = spawn('bash', ['-c', `set -o pipefail; ${command}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (live) process.stdout.write(text);
      });
    }
    child.on('close', (code, signal) =>
      done({ code: code ?? 128, output: signal ? `${output}\n${signal}\n` : output }),
    );
  });
}

const none = () => ({ passed: 0, failed: 0, skipped: 0 });

function add(sum, count) {
  for (const key of Object.keys(sum)) sum[key] += count[key];
  return sum;
}

// How many cases a test program says it ran: cmocka's words, node's runner, or 'N passed, N failed'.
// A program that says nothing is one case, and one that fails without a failed case is a failed one.
function tally(output, code) {
  const count = none();
  const number = (pattern) => [...output.matchAll(pattern)].reduce((n, [, digits]) => n + Number(digits), 0);
  count.passed += number(/^\[ {2}PASSED {2}\] (\d+) test/gm);
  count.failed += number(/^\[ {2}FAILED {2}\] (?:\S+: )?(\d+) test/gm);
  count.skipped += number(/^\[ {2}SKIPPED \] (?:\S+: )?(\d+) test/gm);
  if (/^# pass \d+$/m.test(output)) {
    count.passed += number(/^# pass (\d+)$/gm);
    count.failed += number(/^# fail (\d+)$/gm);
    count.skipped += number(/^# skipped (\d+)$/gm);
  }
  for (const m of output.matchAll(/^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm))
    add(count, { passed: Number(m[1]), failed: Number(m[2]), skipped: Number(m[3] ?? 0) });
  if (code !== 0 && count.failed === 0) count.failed = 1;
  if (count.passed + count.failed + count.skipped === 0) count.passed = 1;
  return count;
}

const skip = (why) => ({ ...none(), skipped: 1, why });

async function command(line, options) {
  const { code, output } = await sh(line, options);
  return { ...tally(output, code), output };
}

const configure = (dir, options, env = '') =>
  `{ [ -f ${dir}/build.ninja ] || ${env} meson setup ${dir} ${options}; } && ninja ${jobs} -C ${dir}`;

const sanitized = configure(SANITIZED, '-Db_sanitize=address,undefined -Doptimization=1 -Db_lundef=false');
const clang = configure(
  CLANG,
  '-Doptimization=1 -Dinterface=false',
  'CC="$(command -v clang-14 || command -v clang)"',
);

async function tests() {
  const built = await sh(sanitized);
  if (built.code !== 0) return { ...none(), failed: 1, output: built.output };
  const log = `${SANITIZED}/meson-logs/testlog.json`;
  const run = await sh(
    `meson test -C ${SANITIZED} --no-rebuild --print-errorlogs --num-processes ${jobs.slice(2)} -t 4`,
    {
      live: true,
    },
  );
  const sum = none();
  for (const line of readFileSync(log, 'utf8').split('\n').filter(Boolean)) {
    const test = JSON.parse(line);
    if (test.result === 'SKIP') sum.skipped++;
    else add(sum, tally(`${test.stdout ?? ''}\n${test.stderr ?? ''}`, test.result === 'OK' ? 0 : 1));
  }
  if (run.code !== 0 && sum.failed === 0) sum.failed = 1;
  return sum;
}

async function format() {
  const { output } = await sh('clang-format --version');
  if (!/version 14\./.test(output)) return skip('the house format is that of clang-format 14');
  return command(
    "git ls-files -z 'src/*.[ch]' 'bench/*.[ch]' 'tests/*.[ch]' 'tools/*.[ch]' | xargs -0 clang-format --dry-run -Werror",
  );
}

async function tidy() {
  const { output } = await sh('clang-tidy --version');
  if (!/version 14\./.test(output)) return skip('the checks are chosen for clang-tidy 14');
  const built = await sh(clang);
  if (built.code !== 0) return { ...none(), failed: 1, output: built.output };
  return command(`tools/tidy ${CLANG} ${jobs}`);
}

async function web(script) {
  if (!existsSync('web/package.json')) return skip('there is no web/');
  const { scripts } = JSON.parse(readFileSync('web/package.json', 'utf8'));
  if (!scripts[script]) return skip(`web/package.json has no script "${script}"`);
  return command(`cd web && npm run --silent ${script}`);
}

// The rounds that take too long for every day. Each prints what it holds and how many rounds it went.
const long = (dir, options, tests) => () =>
  command(
    `${configure(dir, options)} && meson test -C ${dir} --no-rebuild --setup long --print-errorlogs --verbose ` +
      `--num-processes ${jobs.slice(2)} ${tests}`,
    { live: true },
  );
const asan = '-Db_sanitize=address,undefined -Doptimization=1 -Db_lundef=false';
const tsan = '-Db_sanitize=thread -Doptimization=1 -Db_lundef=false -Dinterface=false';
const threaded =
  'store-store store-executor jobs api-events api-conversations http-events http-server http-stop http-listen fault-kill9 fault-served fault-streams';

// Boards and records in a browser once more, with the server's data in PostgreSQL.
async function browserOnPostgres() {
  const line = 'cd web && ../tests/engine/with-postgres npm run --silent test -- board.test.mjs records.test.mjs';
  const { code, output } = await sh(line);
  return code === 77 ? skip('PostgreSQL is not installed') : { ...tally(output, code), output };
}

const suites = {
  tree: () => command('tools/check-tree'),
  format,
  c: tests,
  clang: () => command(clang),
  tidy,
  web: () => web('check'),
  browser: () => web('test'),
  'browser-postgres': browserOnPostgres,
};
const longer = {
  torture: long(SANITIZED, asan, '--suite torture'),
  races: long('build/tsan', tsan, threaded),
  fuzz: long(SANITIZED, asan, '--suite fuzz'),
};

const unknown = only.filter((name) => !suites[name] && !longer[name]);
if (unknown.length) {
  console.error(`no suite ${unknown.join(', ')}; there are ${Object.keys({ ...suites, ...longer }).join(', ')}`);
  process.exit(2);
}

mkdirSync(LOGS, { recursive: true });
const total = none();
for (const [name, run] of Object.entries({ ...suites, ...longer })) {
  if (only.length ? !only.includes(name) : longer[name]) continue;
  const began = Date.now();
  const result = await run();
  const { passed, failed, skipped, why, output } = result;
  if (output) {
    writeFileSync(`${LOGS}/${name}.log`, output);
    if (failed) process.stdout.write(`${output.trimEnd()}\n`);
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const word = failed ? 'FAILED' : skipped && !passed ? 'skipped' : 'ok';
  const note = why ? ` (${why})` : failed && output ? ` (${LOGS}/${name}.log)` : '';
  console.log(`${word.padEnd(8)}${name.padEnd(10)}${passed + failed + skipped} in ${seconds} s${note}`);
  add(total, result);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed ? 1 : 0);
