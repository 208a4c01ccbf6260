// A PostgreSQL server of the benchmark's own, with fsync on, in a folder that is kept between runs beside the other
// companies: filling it is the long part.

import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { postgres } from './database.mjs';
import { penstock, run, say, scratch, sleep, start } from './place.mjs';
import { tokenFor } from './site.mjs';

const root = process.getuid() === 0;
const id = (flag, name) => Number(execFileSync('id', [flag, name]).toString());

// The newest of Debian's versions; null when there is none.
export function binaries() {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((v) => `${base}/${v}/bin`).find((bin) => existsSync(`${bin}/initdb`)) ?? null;
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// It refuses to run as root; then it runs as the user that Debian made for it.
function asItself(command, args) {
  if (!root) return [command, args];
  const who = [
    '--reuid',
    'postgres',
    '--regid',
    'postgres',
    '--clear-groups',
    'env',
    'HOME=/',
    'LC_ALL=C.UTF-8',
  ];
  return ['setpriv', [...who, command, ...args]];
}

export class Cluster {
  constructor(folder) {
    this.folder = folder;
    this.bin = binaries();
  }

  run(name, args, options) {
    const [command, words] = asItself(`${this.bin}/${name}`, args);
    return run(command, words, options);
  }

  url(name) {
    return `postgres://penstock@127.0.0.1:${this.port}/${name}`;
  }

  database(name) {
    return postgres(this.url(name), `${this.bin}/psql`);
  }

  sql(name, text) {
    return this.run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', text, this.url(name)]);
  }

  async start() {
    const data = `${this.folder}/data`;
    if (!existsSync(`${data}/PG_VERSION`)) {
      rmSync(this.folder, { recursive: true, force: true });
      mkdirSync(this.folder, { recursive: true });
      if (root) chownSync(this.folder, id('-u', 'postgres'), id('-g', 'postgres'));
      await this.run('initdb', ['-D', data, '-A', 'trust', '-U', 'penstock', '-E', 'UTF8', '--no-locale']);
    }
    rmSync(`${data}/postmaster.pid`, { force: true });
    this.port = await freePort();
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: this.port,
      max_connections: 200,
      shared_buffers: '512MB',
      max_wal_size: '2GB',
    };
    const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.child = start(...asItself(`${this.bin}/postgres`, ['-D', data, ...words]));
    for (let tries = 0; tries < 600; tries++) {
      const { code } = await this.run('pg_isready', ['-q', '-h', '127.0.0.1', '-p', String(this.port)], {
        okay: [0, 1, 2],
      });
      if (code === 0) return this;
      if (this.child.exitCode !== null) break;
      await sleep(50);
    }
    throw new Error(`PostgreSQL does not start: ${this.child.output}`);
  }

  // Quickly, but whole: what is kept must be right the next time.
  async stop() {
    this.child.kill('SIGINT');
    await this.child.ended;
  }
}

// A company on a running server; made once.
export class PostgresData {
  constructor(cluster, deals) {
    this.cluster = cluster;
    this.deals = deals;
    this.name = `deals_${deals}`;
    this.where = ['--db', cluster.url(this.name)];
    this.database = cluster.database(this.name);
  }

  get token() {
    return readFileSync(`${this.cluster.folder}-${this.name}.token`, 'utf8');
  }

  async fill() {
    const token = `${this.cluster.folder}-${this.name}.token`;
    const there = await this.cluster
      .database('postgres')
      .value(`SELECT count(*) AS n FROM pg_database WHERE datname = '${this.name}'`);
    if (there && existsSync(token)) {
      const { code } = await run(penstock, ['export', 'teams', ...this.where], { okay: [0, 1, 2, -1] });
      if (code === 0) return this;
    }
    say(`making a company with ${this.deals.toLocaleString('en')} deals on PostgreSQL, once …`);
    await this.cluster.sql('postgres', `DROP DATABASE IF EXISTS ${this.name}`);
    await this.cluster.sql('postgres', `CREATE DATABASE ${this.name}`);
    await run(penstock, ['demo', ...this.where, '--deals', String(this.deals), '--seed', '1']);
    await this.cluster.sql(this.name, 'VACUUM ANALYZE');
    writeFileSync(token, await tokenFor(this.database, this.where, 'bench'), { mode: 0o600 });
    return this;
  }
}

export const cluster = () => new Cluster(`${scratch}/postgres`);
