import { bodyOf, type Fields, fieldOf } from './cache.ts';
import { ApiError, api } from './client.ts';
import { store } from './store.ts';
import type { Kind, Row } from './types.ts';

/*
 * Saving an edit against the version it was made on. When somebody else saved in between, an edit to other
 * fields goes on top of theirs without asking; an edit to the same field asks, showing both.
 * Edits of one row leave in the order they were made.
 */

export interface EditQuestion {
  kind: Kind;
  title: string;
  yours: Fields;
  theirs: Row;
  clashing: string[];
  answer: (keep: 'yours' | 'theirs') => void;
}
export const editQuestion = store<EditQuestion | null>(null);

const lines = new Map<string, Promise<unknown>>();
const versions = new Map<string, number>();

/** Runs `work` after everything already under way for this row. */
function inLine<T>(row: string, work: () => Promise<T>): Promise<T> {
  const before = lines.get(row) ?? Promise.resolve();
  const mine = before.then(work, work);
  lines.set(row, mine);
  const leave = () => lines.get(row) === mine && lines.delete(row);
  mine.then(leave, leave);
  return mine;
}

const same = (a: unknown, b: unknown) =>
  (a ?? null) === (b ?? null) || JSON.stringify(a) === JSON.stringify(b);

export interface Saved {
  row: Row;
  changeset: number | null;
}

export const saveEdit = (kind: Kind, base: Row, fields: Fields) =>
  inLine(`${kind}/${base.id}`, async (): Promise<Saved> => {
    const known = Math.max(base.version, versions.get(`${kind}/${base.id}`) ?? 0);
    return put(kind, base, fields, known);
  });

async function put(kind: Kind, base: Row, fields: Fields, version: number): Promise<Saved> {
  try {
    const { data, changeset } = await api.patch<Row>(`/${kind}/${base.id}`, bodyOf(fields), version);
    versions.set(`${kind}/${base.id}`, data.version);
    return { row: data, changeset };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    const theirs = await api.get<Row>(`/${kind}/${base.id}`);
    const clashing = Object.keys(fields).filter(
      (name) =>
        !same(fieldOf(theirs, name), fieldOf(base, name)) && !same(fieldOf(theirs, name), fields[name]),
    );
    if (clashing.length > 0 && (await ask(kind, base, fields, theirs, clashing)) === 'theirs')
      return { row: theirs, changeset: null };
    return put(kind, theirs, fields, theirs.version);
  }
}

async function ask(kind: Kind, base: Row, yours: Fields, theirs: Row, clashing: string[]) {
  const title = String(theirs.title ?? theirs.name ?? theirs.subject ?? `#${base.id}`);
  const kept = await new Promise<'yours' | 'theirs'>((answer) =>
    editQuestion.set({ kind, title, yours, theirs, clashing, answer }),
  );
  editQuestion.set(null);
  return kept;
}
