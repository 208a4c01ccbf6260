// After a run that wrote: is everything that was acknowledged in the database, and nothing else? The journal says what was
// acknowledged; rows and log are read with the database's own shell.
import { readFileSync } from 'node:fs';

// One acknowledged move a line: deal, its version after it, the stage it left, the stage it came to, the change set.
export function readJournal(path) {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [deal, version, from, to, changeset] = line.split(' ').map(Number);
      return { deal, version, from, to, changeset };
    });
}

const first = (list) => list.slice(0, 3).join('; ') + (list.length > 3 ? ` and ${list.length - 3} more` : '');

// What is wrong, in words; empty when all is there. `log`: {changeset, deal, from, to} in the order of the log;
// `deals`: {id, version, stage} as they are now.
export function judge(journal, log, deals) {
  const faults = [];
  const key = (m) => `change set ${m.changeset}, deal ${m.deal}: ${m.from} to ${m.to}`;
  const acknowledged = new Map(journal.map((m) => [key(m), m]));
  const logged = new Set(log.map(key));
  const lost = journal.filter((m) => !logged.has(key(m))).map(key);
  const strange = log.filter((m) => !acknowledged.has(key(m))).map(key);
  if (lost.length) faults.push(`acknowledged and not in the log: ${first(lost)}`);
  if (strange.length) faults.push(`in the log and never acknowledged: ${first(strange)}`);
  if (log.length !== journal.length) faults.push(`${journal.length} acknowledged, ${log.length} in the log`);

  const last = new Map();
  const disorder = [];
  for (const m of log) {
    const known = acknowledged.get(key(m));
    const before = last.get(m.deal);
    if (known && before && (known.version !== before.version + 1 || known.from !== before.to))
      disorder.push(key(m));
    if (known) last.set(m.deal, known);
  }
  if (disorder.length) faults.push(`out of order in the log: ${first(disorder)}`);

  const rows = new Map(deals.map((d) => [d.id, d]));
  const newest = new Map();
  for (const m of journal) if (!(newest.get(m.deal)?.version > m.version)) newest.set(m.deal, m);
  const stale = [...newest.values()].filter((m) => {
    const row = rows.get(m.deal);
    return !row || row.version !== m.version || row.stage !== m.to;
  });
  if (stale.length) faults.push(`rows that are not as acknowledged: ${first(stale.map(key))}`);
  return faults;
}

export const lastSeq = (database) => database.value('SELECT coalesce(max(seq), 0) AS n FROM changes');

// The moves since `seq` against the journal.
export async function auditMoves(database, seq, path) {
  const journal = readJournal(path);
  const items = await database.rows(
    `SELECT changeset_id, row_id, op, fields FROM changes WHERE seq > ${seq} AND kind = 'deals' ` +
      "AND changeset_id IN (SELECT id FROM changesets WHERE origin = 'api') ORDER BY seq",
  );
  const log = items.map((item) => {
    const fields = typeof item.fields === 'string' ? JSON.parse(item.fields) : item.fields;
    const [from, to] = item.op === 'update' && fields.stage_id ? fields.stage_id : [null, null];
    return { changeset: item.changeset_id, deal: item.row_id, from, to };
  });
  const ids = [...new Set(journal.map((m) => m.deal))];
  const deals = ids.length
    ? await database.rows(`SELECT id, version, stage_id AS stage FROM deals WHERE id IN (${ids.join(',')})`)
    : [];
  return judge(journal, log, deals);
}
