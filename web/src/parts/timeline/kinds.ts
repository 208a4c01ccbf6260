import type { Row } from '../../api/types.ts';
import type { IconName } from '../shapes.tsx';

/** What stands in a timeline, and how it is drawn. */
export const activityTypes = ['call', 'meeting', 'mail', 'task', 'demo'] as const;
export type ActivityType = (typeof activityTypes)[number];
export type EntryKind = ActivityType | 'note' | 'file' | 'change';

export const entryIcons: Record<EntryKind, IconName> = {
  call: 'phone',
  meeting: 'people',
  mail: 'mail',
  task: 'activity',
  demo: 'eye',
  note: 'note',
  file: 'attach',
  change: 'edit',
};

/** A record that has a timeline. */
export interface Subject {
  kind: 'deals' | 'organisations' | 'people';
  row: Row;
}

/** The field by which activities, notes and files belong to a record. */
export const linkField: Record<Subject['kind'], string> = {
  deals: 'deal_id',
  organisations: 'organisation_id',
  people: 'person_id',
};

export interface Activity extends Row {
  type: ActivityType;
  subject: string;
  body: string | null;
  body_html?: string | null;
  due_at: string | null;
  duration_min: number | null;
  done: boolean;
  done_at: string | null;
  outcome: string | null;
  owner_id: number;
  deal_id: number | null;
  organisation_id: number | null;
  person_id: number | null;
  owner?: Row | null;
  person?: Row | null;
  deal?: Row | null;
  organisation?: Row | null;
}

export interface Note extends Row {
  body: string;
  body_html?: string;
  pinned: boolean;
  owner_id: number | null;
  written_at: string | null;
  owner?: Row | null;
}

export interface FileRow extends Row {
  name: string;
  mime: string | null;
  size: number | null;
  owner?: Row | null;
}

/** What a new activity, note or file about a record belongs to: the record, and whom it is with. */
export function linksOf({ kind, row }: Subject): Record<string, unknown> {
  const links: Record<string, unknown> = { [linkField[kind]]: row.id };
  if (kind === 'people' && row.organisation_id) links.organisation_id = row.organisation_id;
  return links;
}
