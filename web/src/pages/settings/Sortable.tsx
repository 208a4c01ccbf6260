import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { patchRow } from '../../api/cache.ts';
import { titleOf } from '../../api/records.ts';
import type { Row } from '../../api/types.ts';
import { useBatch } from '../../api/write.ts';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import classes from './settings.module.css';

/** Puts rows of a kind that have a `position` in another order: one change, undone as one. */
export function useReorder(kind: string, rows: Row[], label: string) {
  const batch = useBatch(kind);
  const [told, setTold] = useState('');
  const move = (id: number, to: number) => {
    const from = rows.findIndex((row) => row.id === id);
    const at = Math.max(0, Math.min(rows.length - 1, to));
    if (from < 0 || from === at) return;
    const next = rows.filter((row) => row.id !== id);
    next.splice(at, 0, rows[from]!);
    const operations = next.flatMap((row, i) =>
      row.position === i + 1 ? [] : [{ op: 'update' as const, id: row.id, fields: { position: i + 1 } }],
    );
    for (const { id: moved, fields } of operations) patchRow(kind, moved, fields);
    batch.mutate({ operations, label, quiet: true });
    setTold(t('settings.moved', { title: titleOf(rows[from]!), n: at + 1, of: rows.length }));
  };
  return { move, told };
}

interface Props {
  /** Rows can only change places within their group. */
  group: string;
  row: Row;
  at: number;
  of: number;
  move: (id: number, to: number) => void;
  children: ReactNode;
}

/** A row with a handle: drag it with the pointer, or focus the handle and use the arrow keys. */
export function SortableRow({ group, row, at, of, move, children }: Props) {
  const line = useRef<HTMLLIElement>(null);
  const handle = useRef<HTMLButtonElement>(null);
  const [lifted, setLifted] = useState(false);
  const [edge, setEdge] = useState<'above' | 'below' | null>(null);
  const latest = useRef({ at, move });
  useEffect(() => {
    latest.current = { at, move };
  });
  useEffect(() => {
    const element = line.current;
    const grip = handle.current;
    if (!element || !grip) return;
    const side = (from: number) => (from > latest.current.at ? 'above' : 'below');
    return combine(
      draggable({
        element,
        dragHandle: grip,
        getInitialData: () => ({ group, id: row.id, at: latest.current.at }),
        onDragStart: () => setLifted(true),
        onDrop: () => setLifted(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.group === group && source.data.id !== row.id,
        onDragEnter: ({ source }) => setEdge(side(Number(source.data.at))),
        onDragLeave: () => setEdge(null),
        onDrop: ({ source }) => {
          setEdge(null);
          latest.current.move(Number(source.data.id), latest.current.at);
        },
      }),
    );
  }, [group, row.id]);
  return (
    <li ref={line} className={classes.line} data-lifted={lifted || undefined} data-edge={edge ?? undefined}>
      <button
        ref={handle}
        type="button"
        className={classes.grip}
        aria-label={t('settings.move', { title: titleOf(row), n: at + 1, of })}
        onKeyDown={(e) => {
          const step = { ArrowUp: -1, ArrowDown: 1 }[e.key];
          if (step === undefined) return;
          e.preventDefault();
          move(row.id, at + step);
        }}
      >
        <Icon name="grip" small />
      </button>
      {children}
    </li>
  );
}
