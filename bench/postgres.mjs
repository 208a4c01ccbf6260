// A PostgreSQL server of the benchmark's own, with fsync on, in a folder that is kept between runs beside the other
// companies: filling it is the long part.

import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { postgres } from './database.mjs';
import { penstock, run, say, scratch, sleep, start, work } from './place.mjs';

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

// A company on a running server: a backup of the one on SQLite, restored there; made once.
export class PostgresData {
  constructor(cluster, like) {
    this.cluster = cluster;
    this.like = like;
    this.deals = like.deals;
    this.name = `deals_${like.deals}`;
    this.where = ['--db', cluster.url(this.name)];
    this.database = cluster.database(this.name);
  }

  get token() {
    return this.like.token;
  }

  async usable() {
    const sql = `SELECT count(*) AS n FROM pg_database WHERE datname = '${this.name}'`;
    if (!(await this.cluster.database('postgres').value(sql))) return false;
    const { code } = await run(penstock, ['export', 'teams', ...this.where], { okay: [0, 1, 2, -1] });
    const secrets = 'SELECT digest FROM token_secrets ORDER BY token_id'; // of the same making
    return (
      code === 0 &&
      isDeepStrictEqual(await this.database.rows(secrets), await this.like.database.rows(secrets))
    );
  }

  async fill() {
    if (await this.usable()) return this;
    say(`making a company with ${this.deals.toLocaleString('en')} deals on PostgreSQL, once …`);
    const file = `${work}/company.penstock`;
    await this.cluster.sql('postgres', `DROP DATABASE IF EXISTS ${this.name}`);
    await this.cluster.sql('postgres', `CREATE DATABASE ${this.name}`);
    await run(penstock, ['backup', file, ...this.like.where]);
    await run(penstock, ['restore', file, ...this.where]);
    rmSync(file);
    await this.cluster.sql(this.name, 'VACUUM ANALYZE');
    return this;
  }
}

export const cluster = () => new Cluster(`${scratch}/postgres`);
