import { useMutation } from '@tanstack/react-query';
import { bodyOf, dropRow, type Fields, fieldOf, patchRow, refreshKind, rowsKey } from './cache.ts';
import { api, newKey } from './client.ts';
import { saveEdit } from './edit.ts';
import { queries } from './query.ts';
import { errorText, showToast } from './toasts.ts';
import type { Kind, Row } from './types.ts';
import { remember } from './undo.ts';

/*
 * Writing rows of any kind. Each write shows at once, is put right by the answer, can be taken back with
 * undo, and says what went wrong. `label` names it for undo ("Moved CNC mill to Proposal"); with
 * `quiet` there is no toast, for edits whose result is plain to see where they were made.
 */

interface Told {
  label: string;
  quiet?: boolean;
}

export interface Edit extends Told {
  row: Row;
  fields: Fields;
}

/** Follows changes made here before the server has answered; is called back when it has, either way. */
type Watcher = (kind: Kind, id: number, fields: Fields) => () => void;
const watchers = new Set<Watcher>();

export function watchEdits(watcher: Watcher): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function showEdit(kind: Kind, { row, fields }: Edit) {
  const before = Object.fromEntries(Object.keys(fields).map((name) => [name, fieldOf(row, name)]));
  patchRow(kind, row.id, fields);
  const settled = [...watchers].map((watch) => watch(kind, row.id, fields));
  return {
    takeBack: () => patchRow(kind, row.id, before),
    settle: () => {
      for (const call of settled) call();
      refreshKind(kind);
    },
  };
}

export function useUpdate(kind: Kind) {
  return useMutation({
    mutationFn: (edit: Edit) => saveEdit(kind, edit.row, edit.fields),
    onMutate: (edit) => showEdit(kind, edit),
    onError: (error, _edit, shown) => {
      shown?.takeBack();
      showToast({ tone: 'error', text: errorText(error) });
    },
    onSuccess: ({ row, changeset }, edit) => {
      patchRow(kind, row.id, row);
      remember(changeset, edit.label, !edit.quiet);
    },
    onSettled: (_data, _error, _edit, shown) => shown?.settle(),
  });
}

export interface Creation extends Told {
  fields: Fields;
}

export function useCreate<T extends Row = Row>(kind: Kind) {
  return useMutation({
    mutationFn: (creation: Creation & { key?: string }) => {
      creation.key ??= newKey();
      return api.post<T>(`/${kind}`, bodyOf(creation.fields), { key: creation.key });
    },
    onSuccess: ({ data, changeset }, { label, quiet }) => {
      queries.setQueryData(rowsKey(kind, 'one', data.id, {}), data);
      refreshKind(kind);
      remember(changeset, label, !quiet);
    },
  });
}

export interface Removal extends Told {
  row: Row;
}

export function useRemove(kind: Kind) {
  return useMutation({
    mutationFn: ({ row }: Removal) => api.delete(`/${kind}/${row.id}`, row.version),
    onMutate: ({ row }) => dropRow(kind, row.id),
    onError: (error) => {
      refreshKind(kind);
      showToast({ tone: 'error', text: errorText(error) });
    },
    onSuccess: ({ changeset }, { label, quiet }) => {
      refreshKind(kind);
      remember(changeset, label, !quiet);
    },
  });
}

export type Operation =
  | { op: 'create'; fields: Fields }
  | { op: 'update'; id: number; version?: number; fields: Fields }
  | { op: 'delete'; id: number; version?: number };

/** Many rows in one change set: all of them or none, and one undo for the lot. */
export function useBatch(kind: Kind) {
  return useMutation({
    mutationFn: (batch: Told & { operations: Operation[]; key?: string }) => {
      batch.key ??= newKey();
      const { operations, label, key } = batch;
      return api.post<{ changeset: number; data: (Row | null)[] }>(
        `/${kind}/batch`,
        {
          label,
          operations: operations.map((o) => ('fields' in o ? { ...o, fields: bodyOf(o.fields) } : o)),
        },
        { key },
      );
    },
    onError: (error) => showToast({ tone: 'error', text: errorText(error) }),
    onSuccess: ({ data, changeset }, { label, quiet }) => {
      refreshKind(kind);
      remember(changeset ?? data.changeset, label, !quiet);
    },
  });
}
