// The set-up of docs/SCALING.md on one machine: three etcd, three Patroni with PostgreSQL, three nodes, HAProxy, from the
// files in dist/cluster with other addresses. The machine that leads is lost under load, comes back, and is lost again:
//
//     patroni.mjs [--changes N] [--batch N]
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Ledger, openStreams, verify, work } from './clients.mjs';
import {
  as,
  ask,
  check,
  company,
  ending,
  FrontProxy,
  finish,
  folder,
  freePort,
  killFamily,
  needs,
  Part,
  PenstockNode,
  sleep,
  tools,
  until,
} from './parts.mjs';

const { values: options } = parseArgs({
  options: { changes: { type: 'string', default: '24000' }, batch: { type: 'string', default: '1' } },
});
needs('patroni', 'etcd');

const dist = (name) => readFileSync(new URL(`../../dist/cluster/${name}`, import.meta.url), 'utf8');
const machines = [1, 2, 3];
const ports = {};
for (const m of machines)
  ports[m] = {
    peer: await freePort(),
    client: await freePort(),
    rest: await freePort(),
    sql: await freePort(),
  };

// The text of a file for db1 as that of machine m, at addresses of this machine.
function forMachine(text, m) {
  return text
    .replaceAll('db1 (10.0.0.1)', '')
    .replace(/^(name: |ETCD_NAME=)db1$/m, `$1db${m}`)
    .replace(
      /^(ETCD_(?:LISTEN|INITIAL_ADVERTISE|ADVERTISE)\w*=http:\/\/)10\.0\.0\.1/gm,
      (_, before) => `${before}10.0.0.${m}`,
    )
    .replace(/^(\s+(?:listen|connect_address): )10\.0\.0\.1/gm, (_, before) => `${before}10.0.0.${m}`)
    .replace(
      /10\.0\.0\.(\d):(\d+)/g,
      (_, n, port) =>
        `127.0.0.1:${ports[n][{ 2380: 'peer', 2379: 'client', 8008: 'rest', 5432: 'sql' }[port]]}`,
    )
    .replaceAll('10.0.0.0/24', '127.0.0.1/32');
}

class Machine {
  constructor(m) {
    this.m = m;
    this.port = ports[m].sql;
    this.dir = `${folder}/db${m}`;
    mkdirSync(this.dir, { mode: 0o700 });
    if (as.uid) chownSync(this.dir, as.uid, as.gid);
    const env = forMachine(dist('etcd.env'), m).matchAll(/^(\w+)=(.*)$/gm);
    this.etcdEnv = {
      ...process.env,
      ...Object.fromEntries([...env].map(([, k, v]) => [k, v])),
      ETCD_DATA_DIR: `${this.dir}/etcd`,
      ETCD_UNSUPPORTED_ARCH: process.arch,
    };
    writeFileSync(
      `${this.dir}/patroni.yml`,
      forMachine(dist('patroni.yml'), m)
        .replace(/data_dir: .*/, `data_dir: ${this.dir}/data`)
        .replace(/bin_dir: .*/, `bin_dir: ${tools.postgres.replace(/\/postgres$/, '')}`)
        .replace('/var/run/postgresql', this.dir)
        .replace(/shared_buffers: .*/, 'shared_buffers: 64MB'),
    );
    this.etcd = new Part(`etcd${m}`);
    this.patroni = new Part(`patroni${m}`);
  }

  startEtcd() {
    this.etcd.spawn('etcd', [], { ...as, env: this.etcdEnv });
  }

  startPatroni() {
    this.patroni.spawn('patroni', [`${this.dir}/patroni.yml`], {
      ...as,
      env: { ...process.env, HOME: this.dir, LC_ALL: 'C.UTF-8' },
    });
  }

  // Patroni starts PostgreSQL apart from itself.
  async lose() {
    const postmaster = Number(readFileSync(`${this.dir}/data/postmaster.pid`, 'utf8').split('\n')[0]);
    await Promise.all([this.patroni.kill9(), this.etcd.kill9(), killFamily(postmaster)]);
  }

  async leads() {
    return (await ask(ports[this.m].rest, 'GET', '/primary')).status === 200;
  }

  sql(text, database = 'postgres') {
    return psql(`postgres://postgres:choose-one@127.0.0.1:${this.port}/${database}`, text);
  }
}

function psql(url, text) {
  try {
    return execFileSync(tools.psql, [url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', text], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trimEnd();
  } catch {
    return null;
  }
}

const all = machines.map((m) => new Machine(m));
ending.push(() => Promise.all(all.map((m) => m.lose().catch(() => {}))));

async function leader(among = all) {
  let found;
  await until(
    async () => {
      for (const m of among) if (await m.leads()) found = m;
      return found;
    },
    'somebody leads',
    120,
  );
  return found;
}

// Patroni itself may start the first leader anew once more.
const answers = (url) => until(() => psql(url, 'SELECT 1') === '1', 'the database answers');

const synchronous = (m) =>
  until(
    () => Number(m.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync','quorum')")) > 0,
    'there is a synchronous standby',
    120,
  );

async function loseLeader(ledger, words) {
  const lost = await leader();
  await synchronous(lost);
  const begin = performance.now();
  await lost.lose();
  const next = await leader(all.filter((m) => m !== lost));
  const promoted = performance.now();
  await until(
    () => [...ledger.acknowledged.values()].some((when) => when > promoted),
    'changes are acknowledged again',
    120,
  );
  const first = Math.min(...[...ledger.acknowledged.values()].filter((when) => when > promoted));
  check(
    words,
    true,
    `another leads ${((promoted - begin) / 1000).toFixed(1)} s after, changes are acknowledged ${((first - begin) / 1000).toFixed(1)} s after`,
  );
  return { lost, next };
}

await finish(async () => {
  for (const m of all) m.startEtcd();
  for (const m of all) m.startPatroni();
  const first = await leader();
  await synchronous(first);
  first.sql("CREATE ROLE penstock LOGIN PASSWORD 'choose-a-fourth'");
  first.sql('CREATE DATABASE penstock OWNER penstock');
  const hosts = all.map((m) => `127.0.0.1:${m.port}`).join(',');
  const url = `postgres://penstock:choose-a-fourth@${hosts}/penstock?target_session_attrs=read-write`;
  await answers(url);
  const nodes = ['a', 'b', 'c'].map((name) => new PenstockNode(name, url));
  const token = company(nodes[0]);
  await Promise.all(nodes.map((n) => n.start()));
  const proxy = new FrontProxy('proxy');
  await proxy.start(nodes);

  const ledger = new Ledger(first);
  await openStreams(ledger, nodes, proxy, token);
  const load = work(ledger, proxy.port, token, Number(options.changes), Number(options.batch));
  await until(() => ledger.acknowledged.size > 500, 'the clients are at work');
  const { lost, next } = await loseLeader(ledger, 'the machine that leads is lost');
  await sleep(3000);
  lost.startEtcd();
  lost.startPatroni();
  await until(
    () => next.sql('SELECT count(*) FROM pg_stat_replication') === '2',
    'it is back as a standby',
    180,
  );
  check('it comes back as a standby', true);
  const second = load.on ? await loseLeader(ledger, 'the next one is lost') : null;
  check('it was all under load', load.on);
  await load.done;
  await verify(ledger, (second ?? { next }).next, check);
});
