// A primary and a synchronous standby under three nodes; the primary is killed under load and the standby promoted:
//
//     failover.mjs [--changes N] [--batch N]
//
// What must hold: no acknowledged change is lost, none is there twice, streams go on without a gap, and the nodes find
// the new primary by themselves.
import { parseArgs } from 'node:util';
import { Ledger, openStreams, verify, work } from './clients.mjs';
import {
  ask,
  check,
  company,
  FrontProxy,
  finish,
  needs,
  PenstockNode,
  Postgres,
  sleep,
  until,
} from './parts.mjs';

const { values: options } = parseArgs({
  options: { changes: { type: 'string', default: '800' }, batch: { type: 'string', default: '1' } },
});
needs();

await finish(async () => {
  const primary = new Postgres('primary');
  const standby = new Postgres('standby');
  await primary.make('wal_level = replica\nmax_wal_senders = 5');
  await primary.start();
  await standby.follow(primary);
  standby.configure("synchronous_standby_names = ''");
  await standby.start();
  primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
  primary.sql('SELECT pg_reload_conf()');
  await until(
    () =>
      primary.sql("SELECT sync_state FROM pg_stat_replication WHERE application_name = 'standby'") === 'sync',
    'the standby is synchronous',
  );
  primary.sql('CREATE DATABASE penstock');

  const url = `postgres://penstock@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/penstock?target_session_attrs=read-write`;
  const nodes = ['a', 'b', 'c'].map((name) => new PenstockNode(name, url));
  const token = company(nodes[0]);
  await Promise.all(nodes.map((n) => n.start()));
  const proxy = new FrontProxy('proxy');
  await proxy.start(nodes);

  const ledger = new Ledger(primary);
  await openStreams(ledger, nodes, proxy, token);
  const load = work(ledger, proxy.port, token, Number(options.changes), Number(options.batch));
  await until(() => ledger.acknowledged.size > Number(options.changes) / 4, 'the clients are at work');
  const before = ledger.acknowledged.size;
  const killed = performance.now();
  await primary.kill9();
  await until(
    async () => (await ask(nodes[0].port, 'GET', '/readyz')).status !== 200,
    'a node says that it is not ready',
  );
  check('a node without its database is not ready', true);
  await sleep(300);
  standby.sql('SELECT pg_promote()');
  const promoted = performance.now();
  await until(
    () => [...ledger.acknowledged.values()].some((when) => when > promoted),
    'changes are acknowledged again',
  );
  const first = Math.min(...[...ledger.acknowledged.values()].filter((when) => when > promoted));
  check(
    'changes are acknowledged by the new primary',
    true,
    `${before} before; ${((first - killed) / 1000).toFixed(1)} s after the kill, ${((first - promoted) / 1000).toFixed(1)} s after the promotion`,
  );
  await load.done;
  await verify(ledger, standby, check);
});
