/* The shapes the API speaks, as far as the interface names them. /meta describes the rest at run time. */

export type Kind = string;

export interface Row {
  id: number;
  version: number;
  created_at: string;
  updated_at: string;
  [field: string]: unknown;
}

export interface Page<T = Row> {
  data: T[];
  next_cursor: string | null;
  total?: number;
}

export interface RefRow extends Partial<Row> {
  id: number;
  title?: string;
  name?: string;
}

export interface Deal extends Row {
  title: string;
  pipeline_id: number;
  stage_id: number | null;
  status: 'open' | 'won' | 'lost';
  value: number | null;
  currency: string;
  expected_close_date: string | null;
  probability: number | null;
  owner_id: number | null;
  organisation_id: number | null;
  person_id: number | null;
  lost_reason_id: number | null;
  opened_at: string;
  closed_at: string | null;
  stage_since: string | null;
}

export interface Pipeline extends Row {
  name: string;
  position: number;
  ask_lost_reason: boolean;
}

export interface Stage extends Row {
  pipeline_id: number;
  name: string;
  position: number;
  probability: number;
  rotting_days: number | null;
  description: string | null;
}

export interface User extends Row {
  name: string;
  email: string;
  role: string;
  active: boolean;
}

export interface View extends Row {
  name: string;
  kind: string;
  layout: 'board' | 'list';
  query: Record<string, string> | null;
  shared: boolean;
  owner_id: number;
}

export interface SessionUser {
  id: number;
  name: string;
  email: string;
  role: string;
  team_id: number | null;
  locale?: string | null;
}

export interface Workspace {
  name: string;
  base_currency: string;
  time_zone: string;
  locale: string | null;
}

export interface Session {
  user: SessionUser;
  workspace: Workspace;
}

export type FieldType =
  | 'text'
  | 'longtext'
  | 'markdown'
  | 'integer'
  | 'decimal'
  | 'money'
  | 'currency'
  | 'day'
  | 'instant'
  | 'boolean'
  | 'choice'
  | 'choices'
  | 'ref'
  | 'refs'
  | 'email'
  | 'phone'
  | 'url'
  | 'json';

export interface Choice {
  key: string;
  label: string;
  tone?: string | null;
}

export interface Field {
  name: string;
  label: string;
  doc?: string | null;
  type: FieldType;
  required?: boolean;
  readonly?: boolean;
  sortable?: boolean;
  filterable?: boolean;
  searchable?: boolean;
  list?: boolean;
  max?: number | null;
  digits?: number | null;
  ref?: string | null;
  choices?: Choice[] | null;
  currency?: string | null;
  custom?: boolean;
}

export type Reach = 'none' | 'own' | 'team' | 'all';

export interface KindMeta {
  name: Kind;
  label: string;
  labels: string;
  icon?: string | null;
  title_field: string;
  owner_field?: string | null;
  can: { see: Reach; create: boolean; update: Reach; delete: Reach };
  /** What each role may do where the team has not said otherwise. */
  presets?: Record<string, { see: Reach; edit: Reach }>;
  fields: Field[];
}

export interface Meta {
  user: SessionUser;
  workspace: Workspace;
  version: string;
  currencies: { code: string; digits: number }[];
  roles: string[];
  kinds: KindMeta[];
}

export interface LogItem {
  seq: number;
  changeset: number;
  recorded_at: string;
  occurred_at: string;
  actor: number | { id: number; name: string } | null;
  origin: string;
  kind: Kind;
  id: number;
  op: 'create' | 'update' | 'delete';
  fields: Record<string, [before: unknown, after: unknown]>;
}

export interface UndoConflict {
  kind: Kind;
  id: number;
  title: string;
  field: string;
  expected: unknown;
  found: unknown;
  reason: string;
}

export interface SearchHit {
  kind: Kind;
  id: number;
  title: string;
  subtitle?: string | null;
  snippet?: string | null;
}
