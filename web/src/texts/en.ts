import { activities } from './en/activities.ts';
import { api } from './en/api.ts';
import { backups } from './en/backups.ts';
import { board } from './en/board.ts';
import { changes } from './en/changes.ts';
import { common } from './en/common.ts';
import { filters } from './en/filters.ts';
import { importing } from './en/import.ts';
import { lists } from './en/lists.ts';
import { record } from './en/record.ts';
import { reports } from './en/reports.ts';
import { settings } from './en/settings.ts';
import { shell } from './en/shell.ts';
import { timeline } from './en/timeline.ts';

/** The catalogue: one file per part of the interface, merged here. Keys are `part.name`. */
export const en = {
  ...common,
  ...shell,
  ...api,
  ...backups,
  ...board,
  ...filters,
  ...changes,
  ...importing,
  ...lists,
  ...record,
  ...reports,
  ...settings,
  ...timeline,
  ...activities,
} as const;
