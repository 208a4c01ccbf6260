// Moving deals from stage to stage: durable, with the line in the log, by one client and by many.
import { auditMoves, lastSeq } from './audit.mjs';
import { copy, drop } from './data.mjs';
import { writePlan } from './expect.mjs';
import { load, rounds, row } from './measure.mjs';
import { program, run } from './place.mjs';
import { Site } from './site.mjs';
import { dealEntries } from './works_read.mjs';

export class Mover {
  // Open deals of the first pipeline whose chance is their stage's.
  constructor(bench, site, database) {
    Object.assign(this, { bench, site, database });
  }

  async ready() {
    const stages = await this.database.rows(
      'SELECT id, probability FROM stages WHERE pipeline_id = (SELECT min(id) FROM pipelines) ORDER BY position, id',
    );
    this.stages = stages.map((s) => `${s.id}:${s.probability}`).join(',');
    this.which =
      `status = 'open' AND stage_id IN (${stages.map((s) => s.id).join(',')}) AND ` +
      `probability = (SELECT s.probability FROM stages s WHERE s.id = deals.stage_id)`;
    return this;
  }

  // One run, audited: what is missing counts as errors.
  async measure(clients, more = {}) {
    const { bench, site, database } = this;
    const entries = await dealEntries(site, database, this.which, bench.size.moved);
    const plan = writePlan(bench.file('move.plan'), entries);
    const journal = bench.file('move.journal');
    const seq = await lastSeq(database);
    const options = {
      work: 'move',
      port: site.port,
      plan,
      token: site.token,
      clients,
      ...bench.times,
      ...more,
    };
    const result = await load({ ...options, stages: this.stages, journal });
    const faults = await auditMoves(database, seq, journal);
    return {
      ...result,
      errors: result.errors + faults.length,
      words: [result.words, ...faults].filter(Boolean).join('\n'),
    };
  }
}

// The reference writes too, and what it says it wrote must be there.
async function rawMoves(bench, data, stages, batch) {
  const before = await lastSeq(data.database);
  const words = [
    '--db',
    data.file,
    '--stages',
    stages,
    '--batch',
    String(batch),
    '--seconds',
    String(bench.times.seconds),
    '--warm',
    '0.3',
  ];
  const result = JSON.parse((await run(program('raw-move'), words)).stdout);
  const written = (await lastSeq(data.database)) - before;
  if (written !== result.moves) throw new Error(`the reference wrote ${written} of ${result.moves} moves`);
  return result;
}

async function move(bench, data) {
  const mine = copy(data, 'move');
  const other = copy(data, 'raw-move');
  const site = await new Site(mine.where, mine.token).start();
  const mover = await new Mover(bench, site, mine.database).ready();
  const rows = [];
  for (const clients of bench.size.movers) {
    const told = await rounds(
      bench.rounds * 2 - 1, // how long the disk takes to sync changes from second to second
      () => rawMoves(bench, other, mover.stages, clients),
      () => mover.measure(clients),
    );
    const goal = { 1: { ratio: 0.8 }, 64: { ratio: 0.6, times: 4 } }[clients] ?? null;
    const reference = `raw SQLite, the same two statements, ${clients} per fsync`;
    const work = 'move a deal, durable, with its log row';
    const grows = `move a deal, ${clients} client${clients > 1 ? 's' : ''}`;
    const done = row({ work, clients, reference, goal, grows }, told);
    if (rows.length) done.times = Number((done.per_second / rows[0].per_second).toFixed(2));
    rows.push(done);
  }
  await site.stop();
  drop(mine);
  drop(other);
  return rows;
}

export const moveWorks = {
  move: { size: 'middle', own: true, work: move },
};
