/* What the server says of its backups, to administrators. */

export interface Backup {
  id: number;
  plan_id: number | null;
  state: 'waiting' | 'running' | 'done' | 'failed';
  name: string | null;
  path: string | null;
  /** The file is where it was put. */
  there: boolean;
  error: string | null;
  started_at: string;
  finished_at: string | null;
  written_ms: number;
  verified_ms: number;
  size: number;
  rows: number;
  missing: number;
  encrypted: boolean;
}

export interface Health {
  ok: boolean;
  overdue: boolean;
  last_failed: boolean;
  last_error: string | null;
  last_good_at: string | null;
  next_at: string | null;
  plans: number;
}

export interface Backups {
  data: Backup[];
  health: Health;
}

export const backupsKey = ['backups'];
export const healthKey = [...backupsKey, 'health'];
