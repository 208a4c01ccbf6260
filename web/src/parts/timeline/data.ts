import { useHistory, useList, usePages } from '../../api/records.ts';
import type { LogItem, Row } from '../../api/types.ts';
import { usePast } from '../past.ts';
import { type Activity, type EntryKind, type FileRow, linkField, type Note, type Subject } from './kinds.ts';
import { toldFields } from './told.ts';

/*
 * One timeline from four sources: activities, notes, files, and the record's own changes. Each source comes
 * in pages of its own, so the past is shown only as far back as every source has been read.
 */

export type Entry =
  | { kind: Exclude<EntryKind, 'note' | 'file' | 'change'>; at: string; key: string; activity: Activity }
  | { kind: 'note'; at: string; key: string; note: Note }
  | { kind: 'file'; at: string; key: string; file: FileRow }
  | { kind: 'change'; at: string; key: string; change: LogItem };

const pageSize = 60;

interface Source {
  rows: Row[];
  hasNextPage: boolean;
  isFetching: boolean;
  fetchNextPage: () => unknown;
}

const horizonOf = (source: Source, at: (row: Row) => string) =>
  source.hasNextPage && source.rows.length > 0 ? at(source.rows.at(-1)!) : '';

const doneAt = (row: Row) => String(row.done_at ?? row.updated_at);
const createdAt = (row: Row) => row.created_at;

export interface Timeline {
  planned: Activity[];
  pinned: Note[];
  past: Entry[];
  counts: Partial<Record<EntryKind, number>>;
  loading: boolean;
  /** Fetches what lies further back; undefined when all is here. */
  earlier: (() => void) | undefined;
  error: unknown;
}

export function useTimeline({ kind, row }: Subject): Timeline {
  const as_of = usePast()?.as_of;
  const mine = { [linkField[kind]]: row.id, as_of };
  const planned = useList<Activity>('activities', {
    ...mine,
    done: false,
    sort: 'due_at',
    limit: 200,
    expand: 'person,owner',
  });
  const done = usePages<Activity>('activities', {
    ...mine,
    done: true,
    sort: '-done_at',
    limit: pageSize,
    expand: 'html,person,owner',
  });
  const notes = usePages<Note>('notes', {
    ...mine,
    sort: '-created_at',
    limit: pageSize,
    expand: 'html,owner',
  });
  const files = usePages<FileRow>('files', {
    ...mine,
    sort: '-created_at',
    limit: pageSize,
    expand: 'owner',
  });
  const history = useHistory(kind, row.id);
  const sources: [Source, (row: Row) => string][] = [
    [done, doneAt],
    [notes, createdAt],
    [files, createdAt],
  ];
  const horizon = sources
    .map(([source, at]) => horizonOf(source, at))
    .sort()
    .at(-1)!;
  const entries: Entry[] = [
    ...done.rows.map((a): Entry => ({ kind: a.type, at: doneAt(a), key: `a${a.id}`, activity: a })),
    ...notes.rows
      .filter((n) => !n.pinned)
      .map((n): Entry => ({ kind: 'note', at: n.written_at ?? n.created_at, key: `n${n.id}`, note: n })),
    ...files.rows.map((f): Entry => ({ kind: 'file', at: f.created_at, key: `f${f.id}`, file: f })),
    ...(history.data?.data ?? [])
      .filter((item) => !as_of || item.occurred_at < as_of)
      .filter((item) => toldFields(item).length > 0 || item.op !== 'update')
      .map((item): Entry => ({ kind: 'change', at: item.occurred_at, key: `c${item.seq}`, change: item })),
  ];
  const past = entries
    .filter((e) => e.at >= horizon)
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const counts: Timeline['counts'] = {};
  for (const { kind: of } of past) counts[of] = (counts[of] ?? 0) + 1;
  const more = sources.filter(([source]) => source.hasNextPage);
  return {
    planned: planned.data?.data ?? [],
    pinned: notes.rows.filter((n) => n.pinned),
    past,
    counts,
    loading: done.isPending || notes.isPending || history.isPending,
    earlier:
      more.length === 0
        ? undefined
        : () => {
            for (const [source] of more) if (!source.isFetching) source.fetchNextPage();
          },
    error: done.error ?? notes.error ?? history.error,
  };
}
