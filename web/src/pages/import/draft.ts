import { keptStore } from '../../api/store.ts';
import type { Field, KindMeta } from '../../api/types.ts';
import type { Texts } from './texts.ts';
import type { ColumnRule, ImportMap, Upload } from './types.ts';

/*
 * The map while a person works on it: every column has a rule, possibly an empty one, and nothing is written in
 * the short form. `sealed` turns it into what the server takes.
 */

export interface Draft {
  key: string | null;
  columns: Record<string, ColumnRule>;
  defaults: Record<string, unknown>;
  dates: ImportMap['dates'];
  decimal: ImportMap['decimal'];
}

const maps = keptStore<Record<string, ImportMap>>('imports', {});
const remembered = 40;

/** Files with the same columns in whatever order are the same kind of file. */
const signature = (upload: Upload) => `${upload.kind}\n${[...upload.header].sort().join('\n')}`;

export const keptMap = (upload: Upload): ImportMap | null => maps.get()[signature(upload)] ?? null;

export function keepMap(upload: Upload, map: ImportMap) {
  const rest = Object.entries(maps.get()).filter(([name]) => name !== signature(upload));
  maps.set(Object.fromEntries([...rest.slice(1 - remembered), [signature(upload), map]]));
}

export function draftOf(upload: Upload, map: ImportMap, given: Record<string, unknown>): Draft {
  const rule = (header: string): ColumnRule => {
    const said = map.columns[header];
    return typeof said === 'string' ? { to: said } : (said ?? {});
  };
  return {
    key: map.key ?? null,
    columns: Object.fromEntries(upload.header.map((header) => [header, rule(header)])),
    defaults: { ...given, ...map.defaults },
    dates: upload.dates_ambiguous && map.dates === 'auto' ? undefined : map.dates,
    decimal: map.decimal,
  };
}

/** A stage column that says won or lost in so many words means the status by it. */
export function withStatuses(draft: Draft, kind: KindMeta, texts: Texts): Draft {
  const statuses = kind.fields.find((f) => f.name === 'status')?.choices ?? [];
  const columns = Object.entries(draft.columns).map(([header, rule]): [string, ColumnRule] => {
    if (rule.to !== 'stage_id') return [header, rule];
    const said = [...(texts.get(header)?.keys() ?? [])].flatMap((text): [string, unknown][] => {
      const word = text.toLowerCase().replace(/^closed[ -]*/, '');
      const status = statuses.find((s) => s.key === word || s.label.toLowerCase() === word);
      return status && status.key !== 'open' ? [[text, { status: status.key }]] : [];
    });
    return [
      header,
      said.length > 0 ? { ...rule, values: { ...Object.fromEntries(said), ...rule.values } } : rule,
    ];
  });
  return { ...draft, columns: Object.fromEntries(columns) };
}

export const targets = (draft: Draft) =>
  Object.values(draft.columns).flatMap((rule) => (rule.to ? [rule.to] : []));

/** The draft as the server takes it. */
export function sealed(draft: Draft): ImportMap {
  const mapped = new Set(targets(draft));
  const columns = Object.entries(draft.columns).flatMap(([header, rule]): [string, string | ColumnRule][] => {
    const values = Object.entries(rule.values ?? {}).filter(([, means]) => means !== null && means !== '');
    if (!rule.to && values.length === 0) return [];
    const whole: ColumnRule = {
      to: rule.to,
      match: rule.match,
      create: rule.create || undefined,
      when: rule.when || undefined,
      values: values.length > 0 ? Object.fromEntries(values) : undefined,
    };
    const plain = Object.entries(whole).every(([name, value]) => name === 'to' || value === undefined);
    return [[header, plain && rule.to ? rule.to : whole]];
  });
  const defaults = Object.entries(draft.defaults).filter(
    ([name, value]) => value !== null && value !== undefined && !mapped.has(name),
  );
  return {
    ...(draft.key && mapped.has(draft.key) ? { key: draft.key } : {}),
    columns: Object.fromEntries(columns),
    ...(defaults.length > 0 ? { defaults: Object.fromEntries(defaults) } : {}),
    dates: draft.dates ?? 'auto',
    ...(draft.decimal ? { decimal: draft.decimal } : {}),
  };
}

const system = new Set(['id', 'version', 'created_at', 'updated_at']);

/** The fields a column can go to. */
export const importable = (kind: KindMeta): Field[] =>
  kind.fields.filter(
    (f) => (!f.readonly || f.name === 'stage_since') && !system.has(f.name) && f.type !== 'json' && !f.custom,
  );

/** What is asked once for all rows, because no column says it. */
export function askedForAll(kind: KindMeta, draft: Draft): Field[] {
  const mapped = new Set(targets(draft));
  return ['pipeline_id', 'currency', 'owner_id'].flatMap((name) => {
    const field = kind.fields.find((f) => f.name === name);
    return field && !mapped.has(name) ? [field] : [];
  });
}

/** What keeps the file from being looked at: a required field nothing goes to, a field two columns go to. */
export function gaps(kind: KindMeta, draft: Draft) {
  const to = targets(draft);
  const missing = kind.fields.filter(
    (f) => f.name === kind.title_field && f.required && !to.includes(f.name) && !to.includes('external_id'),
  );
  const twice = [...new Set(to.filter((name, i) => to.indexOf(name) !== i))].map((name) => ({
    field: kind.fields.find((f) => f.name === name),
    columns: Object.entries(draft.columns).flatMap(([header, rule]) => (rule.to === name ? [header] : [])),
  }));
  return { missing, twice };
}
