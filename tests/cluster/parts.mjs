// The parts of a cluster for tests: PostgreSQL servers, Penstock nodes and a proxy, each a process of its own on
// loopback with its files in one scratch folder, gone at the end.
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import net from 'node:net';

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const BINARY = process.env.PENSTOCK_BINARY;

function found(name) {
  const homes = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql')
        .sort((a, b) => Number(b) - Number(a))
        .map((v) => `/usr/lib/postgresql/${v}/bin`)
    : [];
  return [...homes, ...process.env.PATH.split(':'), '/usr/sbin']
    .map((dir) => `${dir}/${name}`)
    .find(existsSync);
}

export const tools = Object.fromEntries(
  ['initdb', 'postgres', 'psql', 'pg_basebackup', 'haproxy'].map((n) => [n, found(n)]),
);

// Ends the test as skipped when this machine lacks something.
export function needs(...more) {
  const lacks =
    [...Object.keys(tools), ...more].find((name) => !(tools[name] ?? found(name))) ??
    (BINARY ? null : 'PENSTOCK_BINARY');
  if (!lacks) return;
  console.log(`skipped: ${lacks} is missing (tools/setup test)`);
  process.exit(77);
}

// PostgreSQL refuses to run as root.
function unprivileged() {
  if (process.getuid() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((l) => l.split(':'))
    .find((f) => f[0] === 'postgres' || f[0] === 'nobody');
  return { uid: Number(line[2]), gid: Number(line[3]) };
}
export const as = unprivileged();

export const folder = mkdtempSync('/tmp/penstock-cluster-');
if (as.uid) chownSync(folder, as.uid, as.gid);
const running = new Set();

export function freePort() {
  return new Promise((done) => {
    const s = net.createServer();
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

// A process that is started, killed and started again, with its output in a file.
export class Part {
  constructor(name) {
    this.name = name;
    this.log = `${folder}/${name}.log`;
  }

  spawn(command, args, options = {}) {
    const out = openSync(this.log, 'a');
    this.child = spawn(command, args, { stdio: ['ignore', out, out], cwd: '/', ...options });
    const child = this.child;
    running.add(child);
    this.ended = new Promise((done) =>
      child.on('exit', (code, signal) => {
        running.delete(child);
        done(signal ?? code);
      }),
    );
  }

  async kill(signal) {
    this.child.kill(signal);
    return this.ended;
  }

  // As if its machine had gone: it and everything it has started, at once.
  async kill9() {
    killFamily(this.child.pid);
    await this.ended;
  }
}

const childrenOf = (parent) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);

function parentOf(pid) {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) \S /, '')
        .split(' ')[0],
    );
  } catch {
    return 0;
  }
}

export function killFamily(pid) {
  const family = [pid];
  for (const member of family) family.push(...childrenOf(member));
  for (const member of family) {
    try {
      process.kill(member, 'SIGKILL');
    } catch {
      // gone by itself
    }
  }
}

export class Postgres extends Part {
  constructor(name) {
    super(name);
    this.dir = `${folder}/${name}`;
    this.fsync = process.env.PENSTOCK_TEST_FSYNC ? 'on' : 'off';
  }

  run(tool, ...args) {
    return execFileSync(tools[tool], args, {
      ...as,
      cwd: '/',
      env: { ...process.env, HOME: '/', LC_ALL: 'C' },
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  configure(lines) {
    appendFileSync(`${this.dir}/postgresql.conf`, `${lines}\n`);
  }

  async make(settings = '') {
    this.port = await freePort();
    this.run(
      'initdb',
      '-D',
      this.dir,
      '-A',
      'trust',
      '-U',
      'penstock',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-sync',
    );
    this.configure(`listen_addresses = '127.0.0.1'
port = ${this.port}
unix_socket_directories = '${folder}'
fsync = ${this.fsync}
max_connections = 300
shared_buffers = 64MB
max_wal_size = 512MB
${settings}`);
  }

  // A standby of `primary`, under the same name in its synchronous_standby_names.
  async follow(primary) {
    this.port = await freePort();
    this.run(
      'pg_basebackup',
      '-D',
      this.dir,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '--no-sync',
      '-d',
      `host=127.0.0.1 port=${primary.port} user=penstock application_name=${this.name}`,
    );
    this.configure(`port = ${this.port}`);
  }

  async start() {
    this.spawn(tools.postgres, ['-D', this.dir], { ...as, env: { ...process.env, LC_ALL: 'C' } });
    await until(() => this.sql('SELECT 1') === '1', `${this.name} answers`);
  }

  sql(text, database = 'postgres') {
    try {
      return this.run(
        'psql',
        '-h',
        '127.0.0.1',
        '-p',
        String(this.port),
        '-U',
        'penstock',
        '-d',
        database,
        '-qAtX',
        '-v',
        'ON_ERROR_STOP=1',
        '-c',
        text,
      ).trimEnd();
    } catch (e) {
      this.refused = e.stderr;
      return null;
    }
  }

  // fast: connections are ended. immediate: as after a crash.
  stop(mode) {
    return this.kill({ fast: 'SIGINT', immediate: 'SIGQUIT' }[mode]);
  }
}

export class PenstockNode extends Part {
  constructor(name, url) {
    super(name);
    this.dir = `${folder}/${name}`;
    this.url = url;
    mkdirSync(this.dir, { mode: 0o700 });
  }

  command(...args) {
    return execFileSync(BINARY, [...args, '--db', this.url, '--data', this.dir], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      input: this.input,
    });
  }

  async start(...flags) {
    this.port ??= await freePort();
    this.spawn(BINARY, [
      'serve',
      '--db',
      this.url,
      '--data',
      this.dir,
      '--listen',
      `127.0.0.1:${this.port}`,
      '--drain',
      '1',
      ...flags,
    ]);
    await until(async () => (await ask(this.port, 'GET', '/readyz')).status === 200, `${this.name} is ready`);
  }
}

// An administrator, made on the command line; a token of hers.
export function company(node) {
  node.input = 'correct horse battery\n';
  node.command(
    'user',
    'add',
    '--email',
    'ann@example.com',
    '--name',
    'Ann',
    '--role',
    'admin',
    '--password-stdin',
  );
  return node
    .command('token', 'add', '--user', 'ann@example.com', '--name', 'test', '--scope', 'admin')
    .trim()
    .split('\n')
    .pop();
}

export class FrontProxy extends Part {
  async start(nodes) {
    this.port = await freePort();
    const config = `${folder}/haproxy.cfg`;
    writeFileSync(
      config,
      `global
  maxconn 2000
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  timeout queue 10s
  timeout check 2s
  option redispatch 1
  retries 3
  retry-on conn-failure
frontend crm
  bind 127.0.0.1:${this.port}
  default_backend nodes
backend nodes
  balance roundrobin
  option httpchk GET /readyz
  default-server check inter 200ms fall 1 rise 1
${nodes.map((n) => `  server ${n.name} 127.0.0.1:${n.port}`).join('\n')}
`,
    );
    this.spawn(tools.haproxy, ['-W', '-db', '-f', config]);
    await until(async () => (await ask(this.port, 'GET', '/readyz')).status === 200, 'the proxy serves');
  }
}

// One request; { status, headers, body } or { status: 0, error } when there was no answer.
const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
export function ask(port, method, path, { token, body, headers = {}, timeout = 30000 } = {}) {
  return new Promise((done) => {
    const bytes =
      body === undefined ? null : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const req = http.request(
      {
        agent,
        port,
        method,
        path,
        timeout,
        headers: {
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
          ...(bytes ? { 'Content-Type': 'application/json', 'Content-Length': bytes.length } : {}),
          ...headers,
        },
      },
      (res) => {
        const pieces = [];
        res.on('data', (piece) => pieces.push(piece));
        res.on('end', () => {
          const all = Buffer.concat(pieces);
          const json = /json/.test(res.headers['content-type'] ?? '')
            ? JSON.parse(all.toString('utf8'))
            : null;
          done({ status: res.statusCode, headers: res.headers, bytes: all, json });
        });
        res.on('error', (error) => done({ status: 0, error }));
      },
    );
    req.on('timeout', () => req.destroy(new Error('timeout')));
    req.on('error', (error) => done({ status: 0, error }));
    req.end(bytes ?? undefined);
  });
}

export async function until(test, what, seconds = 60) {
  for (let tries = 0; tries < seconds * 20; tries++) {
    if (await test()) return;
    await sleep(50);
  }
  throw new Error(`waited in vain: ${what}`);
}

// -- what was found ----------------------------------------------------------------------------------------------

export const ending = []; // what has to be stopped besides
let passed = 0;
let failed = 0;

export function check(words, holds, detail = '') {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${words}${detail === '' ? '' : `: ${detail}`}`);
  if (holds) passed++;
  else failed++;
}

// Runs the test, ends every process, counts.
export async function finish(test) {
  await test().catch((e) => check('the test goes through', false, e.stack));
  agent.destroy();
  for (const stop of ending) await stop();
  for (const child of running) child.kill('SIGKILL');
  if (failed === 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`logs stay in ${folder}`);
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  process.exit(failed ? 1 : 0);
}
