/* The shapes an import speaks. A map says what goes where; it is what the command line takes as MAP.json. */

export interface ColumnRule {
  to?: string;
  /** Of a reference: the field the other record is found by. */
  match?: string;
  /** Of a reference: make it when there is none. */
  create?: boolean;
  /** What texts in the file mean: a value, a name, or several fields at once. */
  values?: Record<string, unknown>;
  /** Take the cell only in rows that end up in this status. */
  when?: string;
}

export type DateOrder = 'dmy' | 'mdy' | 'ymd';

export interface ImportMap {
  key?: string;
  columns: Record<string, string | ColumnRule | null>;
  defaults?: Record<string, unknown>;
  dates?: DateOrder | 'auto';
  decimal?: '.' | ',';
}

export interface Upload {
  id: number;
  kind: string;
  filename: string;
  encoding: string;
  delimiter: string | null;
  date_order: DateOrder | 'unknown' | null;
  dates_ambiguous: boolean;
  /** Which order other signs in the file speak for, when the dates themselves do not tell. */
  likely_order?: DateOrder | 'unknown' | null;
  rows: number;
  rows_exact?: boolean;
  header: string[];
  columns?: { name: string; looks: string; ask_order: boolean }[];
  sample: (string | null)[][];
  suggested: ImportMap;
  /** The product whose exports look like this. */
  preset?: string | null;
}

export interface BadRow {
  line: number;
  column: string | null;
  reason: string;
}

export interface Sample {
  line: number;
  action: 'create' | 'update';
  title: string | null;
  fields: Record<string, [before: unknown, after: unknown]>;
}

export interface Counts {
  created: number;
  updated: number;
  skipped: number;
  bad: number;
}

export interface Preview extends Counts {
  changed_fields: Record<string, number>;
  /** How many rows were gone through; not the whole of a very long file. */
  looked_at?: number;
  whole?: boolean;
  bad_rows: BadRow[];
  samples: Sample[];
}

export interface Run extends Counts {
  id: number;
  kind?: string;
  filename?: string;
  state: 'uploaded' | 'previewed' | 'running' | 'done' | 'failed';
  done: number;
  total: number;
  changeset: number | null;
  error?: string | null;
  created_at?: string;
}
