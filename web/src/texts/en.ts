import { api } from './en/api.ts';
import { board } from './en/board.ts';
import { common } from './en/common.ts';
import { filters } from './en/filters.ts';
import { record } from './en/record.ts';
import { shell } from './en/shell.ts';
import { timeline } from './en/timeline.ts';

/** The catalogue: one file per part of the interface, merged here. Keys are `part.name`. */
export const en = { ...common, ...shell, ...api, ...board, ...filters, ...record, ...timeline } as const;
