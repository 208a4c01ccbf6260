// What must come: answers worked out from the database's rows and held against the product's, field by field. Only
// answers that fit become part of a plan, whose bytes the load generator then insists on.
import { writeFileSync } from 'node:fs';

// The first difference between two JSON values as `path: wanted …, got …`; null when there is none.
export function difference(want, got, path = '$') {
  if (want === got) return null;
  const kind = (v) => (v === null ? 'null' : Array.isArray(v) ? 'array' : typeof v);
  if (kind(want) !== kind(got) || (kind(want) !== 'object' && kind(want) !== 'array'))
    return `${path}: wanted ${JSON.stringify(want)}, got ${JSON.stringify(got)}`;
  if (Array.isArray(want) && want.length !== got.length)
    return `${path}: wanted ${want.length} items, got ${got.length}`;
  for (const key of Object.keys(got)) if (!(key in want)) return `${path}.${key}: nothing wanted`;
  for (const key of Object.keys(want)) {
    const found = difference(want[key], got[key], `${path}.${key}`);
    if (found) return found;
  }
  return null;
}

export function insist(want, got, what) {
  const found = difference(want, got);
  if (found) throw new Error(`${what} is not what the database says: ${found}`);
}

// How the API shows a row of a kind, by the types that GET /meta tells.
export class Shapes {
  constructor(meta) {
    this.kinds = Object.fromEntries(meta.kinds.map((k) => [k.name, k.fields.filter((f) => !f.custom)]));
    this.digits = Object.fromEntries(meta.currencies.map((c) => [c.code, c.digits]));
  }

  record(kind, row) {
    return Object.fromEntries(this.kinds[kind].map((f) => [f.name, this.value(f, row[f.name] ?? null, row)]));
  }

  value(field, v, row) {
    if (v === null) return null;
    switch (field.type) {
      case 'money':
        return v / 10 ** (this.digits[row[field.currency]] ?? 2);
      case 'decimal':
        return v / 10 ** field.digits;
      case 'day':
        return new Date(v * 86400000).toISOString().slice(0, 10);
      case 'instant':
        return new Date(v).toISOString();
      case 'boolean':
        return Boolean(v);
      case 'choices':
      case 'refs':
      case 'json':
        return typeof v === 'string' ? JSON.parse(v) : v;
      default:
        return v;
    }
  }
}

// What the connection adds by itself; everything else of an answer's head is sent by the bare server too.
const ownHeaders = new Set(['date', 'content-length', 'connection', 'keep-alive', 'transfer-encoding']);

// A plan's entry from an answer that has been looked at. `free`: text in the reply that may differ (a moment).
export function entry(target, answer, free) {
  const lines = answer.headers.filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  let at = 0;
  let length = 0;
  if (free) {
    at = answer.body.indexOf(free);
    length = Buffer.byteLength(free);
    if (at < 0 || answer.body.indexOf(free, at + 1) >= 0) throw new Error(`${target}: no single ${free}`);
  }
  return {
    method: 'GET',
    target,
    status: answer.status,
    headers: Buffer.from(lines.map(([name, value]) => `${name}: ${value}\n`).join('')),
    reply: answer.body,
    at,
    length,
  };
}

export function writePlan(path, entries) {
  const parts = [Buffer.from('penstock-bench-plan 1\n')];
  for (const e of entries) {
    const sizes = `0 ${e.headers.length} ${e.reply.length} ${e.at} ${e.length}`;
    parts.push(
      Buffer.from(`${e.method} ${e.target} ${e.status} ${sizes}\n`),
      e.headers,
      e.reply,
      Buffer.from('\n'),
    );
  }
  writeFileSync(path, Buffer.concat(parts));
  return path;
}
