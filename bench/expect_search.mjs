// What people search for, and whether what was found is right: every hit has every word, none is there twice, the page is
// as full as it can be, and better fitting titles stand before worse ones.

const titles = {
  deals: 'title',
  organisations: 'name',
  people: 'name',
  activities: 'subject',
  notes: null,
  files: 'name',
  products: 'name',
  users: 'name',
  teams: 'name',
  tags: 'name',
  sources: 'name',
  lost_reasons: 'name',
};
const pageLength = 20;

const fold = (text) => text.toLowerCase().trim().replace(/\s+/gu, ' ');
const quote = (text) => `'${text.replaceAll("'", "''")}'`;
export const match = (words) =>
  fold(words)
    .split(' ')
    .map((w) => `"${w}"*`)
    .join(' ');

// 0 the title itself, 1 it begins so, 2 one of its words does, 3 elsewhere.
export function fit(title, words) {
  const text = fold(title ?? '');
  if (text === words) return 0;
  if (text.startsWith(words)) return 1;
  return text.includes(` ${words}`) ? 2 : 3;
}

// Names, parts of names, words of titles, two words, beginnings of words, and something that is not there.
export async function searches(database, n) {
  const sample = async (table, column, count) => {
    const highest = await database.value(`SELECT max(id) FROM ${table}`);
    const ids = Array.from({ length: count }, (_, i) => 1 + Math.floor((i * highest) / count));
    const rows = await database.rows(`SELECT ${column} AS text FROM ${table} WHERE id IN (${ids.join(',')})`);
    return rows
      .map((r) =>
        r.text
          .replace(/[^\p{L}\p{N} ]+/gu, ' ')
          .replace(/\s+/gu, ' ')
          .trim(),
      )
      .filter(Boolean);
  };
  const share = Math.ceil(n / 4);
  const people = await sample('people', 'name', share);
  const organisations = await sample('organisations', 'name', share);
  const deals = await sample('deals', 'title', share);
  const word = (text, i) => text.split(' ')[i % text.split(' ').length];
  const all = [
    ...people,
    ...people.map((t, i) => word(t, i).slice(0, 3 + (i % 3))),
    ...organisations.map((t, i) => (i % 2 ? t : word(t, i))),
    ...deals.map((t, i) => (i % 2 ? t.split(' ').slice(0, 2).join(' ') : word(t, i))),
    'qqxzzy',
  ];
  return [...new Set(all.map(fold))].filter((w) => w.length > 1).sort();
}

export async function lookAtSearch(database, shape, words, hits) {
  const kinds = Object.keys(titles).filter((k) => shape.kinds[k]);
  const wrong = (why) => {
    throw new Error(`searching for "${words}": ${why}`);
  };
  const found = quote(match(words));
  const counts = kinds.map(
    (k) =>
      `SELECT count(*) AS n FROM (SELECT 1 FROM ${k}_search WHERE ${k}_search MATCH ${found} LIMIT ${pageLength})`,
  );
  const total = (await database.rows(counts.join(' UNION ALL '))).reduce((n, r) => n + r.n, 0);
  if (hits.length !== Math.min(total, pageLength)) wrong(`${hits.length} hits of ${total}`);
  const seen = new Set(hits.map((h) => `${h.kind} ${h.id}`));
  if (seen.size !== hits.length) wrong('a hit is there twice');
  let last = 0;
  for (const hit of hits) {
    const now = fit(hit.title, words);
    if (now < last) wrong(`"${hit.title}" stands behind a worse one`);
    last = now;
  }
  for (const kind of new Set(hits.map((h) => h.kind))) {
    const mine = hits.filter((h) => h.kind === kind);
    const ids = mine.map((h) => h.id).join(',');
    const column = titles[kind];
    const has = await database.rows(
      `SELECT s.rowid AS id, ${column ? `k.${column}` : 'NULL'} AS title FROM ${kind}_search s JOIN ${kind} k ON k.id = s.rowid ` +
        `WHERE ${kind}_search MATCH ${found} AND s.rowid IN (${ids})`,
    );
    const byId = new Map(has.map((r) => [r.id, r.title]));
    for (const hit of mine) {
      if (!byId.has(hit.id)) wrong(`${kind} ${hit.id} does not have the words`);
      if (column && byId.get(hit.id) !== hit.title) wrong(`${kind} ${hit.id} has another title`);
    }
  }
}
