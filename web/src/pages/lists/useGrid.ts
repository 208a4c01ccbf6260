import type { Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useActions } from '../../keys/registry.ts';
import { t } from '../../texts/index.ts';

export interface Place {
  row: number;
  col: number;
}

interface Options {
  rows: number;
  cols: number;
  page: number;
  table: React.RefObject<HTMLTableElement | null>;
  virtual: Virtualizer<HTMLDivElement, Element>;
  isSelected: (row: number) => boolean;
  onSelect: (row: number, through: boolean) => void;
  onOpen: (row: number) => void;
  onEdit: (place: Place) => void;
}

/* Where a key leads from a place, before the edges of the list are minded. */
function movedBy(key: string, { row, col }: Place, page: number, cols: number): Place | null {
  switch (key) {
    case 'ArrowDown':
      return { row: row + 1, col };
    case 'ArrowUp':
      return { row: row - 1, col };
    case 'ArrowRight':
      return { row, col: col + 1 };
    case 'ArrowLeft':
      return { row, col: col - 1 };
    case 'PageDown':
      return { row: row + page, col };
    case 'PageUp':
      return { row: row - page, col };
    case 'Home':
      return { row, col: 0 };
    case 'End':
      return { row, col: cols - 1 };
    default:
      return null;
  }
}

const clamp = (n: number, most: number) => Math.max(0, Math.min(most, n));

/** Moving about in a list by key: one cell is current, arrows move it, enter opens or edits. */
export function useGrid(options: Options) {
  const { rows, cols, page, table, virtual, isSelected, onSelect, onOpen, onEdit } = options;
  const [active, setActive] = useState<Place>({ row: 0, col: 0 });
  const grab = useRef(false);
  const inside = useRef(false);

  /* The row may have to be drawn first: then the focus follows with the drawing. A row that was sorted away from
     under the focus leaves it to the one that took its place. */
  useEffect(() => {
    const lost = inside.current && document.activeElement === document.body;
    if (!grab.current && !lost) return;
    const cell = table.current?.querySelector<HTMLElement>(`[data-cell="${active.row}-${active.col}"]`);
    if (!cell) return;
    grab.current = false;
    cell.focus({ preventScroll: true });
  });

  const go = useCallback(
    (row: number, col: number) => {
      if (rows === 0) return;
      const place = { row: clamp(row, rows - 1), col: clamp(col, cols - 1) };
      grab.current = true;
      virtual.scrollToIndex(place.row);
      setActive(place);
    },
    [rows, cols, virtual],
  );

  const onKeyDown = (e: React.KeyboardEvent) => {
    const cell = (e.target as HTMLElement).dataset?.cell;
    if (cell === undefined || e.altKey) return;
    const moved = movedBy(e.key, active, page, cols);
    if (moved) {
      e.preventDefault();
      const next =
        (e.ctrlKey || e.metaKey) && (e.key === 'Home' || e.key === 'End')
          ? { row: e.key === 'Home' ? 0 : rows - 1, col: active.col }
          : moved;
      if (e.shiftKey && next.row !== active.row) {
        if (!isSelected(active.row)) onSelect(active.row, false);
        onSelect(clamp(next.row, rows - 1), true);
      }
      go(next.row, next.col);
    } else if (e.key === 'Enter' || e.key === 'F2') {
      e.preventDefault();
      if (active.col === 0 && e.key === 'Enter') onOpen(active.row);
      else onEdit(active);
    } else if (e.key === ' ') {
      e.preventDefault();
      onSelect(active.row, e.shiftKey);
    }
  };

  useActions([
    {
      id: 'list.down',
      label: t('list.key.down'),
      group: 'record',
      keys: ['j'],
      keyOnly: true,
      run: () => go(grabbed(table) ? active.row + 1 : active.row, active.col),
    },
    {
      id: 'list.up',
      label: t('list.key.up'),
      group: 'record',
      keys: ['k'],
      keyOnly: true,
      run: () => go(grabbed(table) ? active.row - 1 : active.row, active.col),
    },
    {
      id: 'list.select',
      label: t('list.key.select'),
      group: 'record',
      keys: ['x'],
      keyOnly: true,
      run: () => onSelect(active.row, false),
    },
    {
      id: 'list.open',
      label: t('list.key.open'),
      group: 'record',
      keys: ['o'],
      keyOnly: true,
      run: () => onOpen(active.row),
    },
  ]);

  const onFocus = () => {
    inside.current = true;
  };
  const onBlur = (e: React.FocusEvent) => {
    if (e.target.isConnected) inside.current = e.currentTarget.contains(e.relatedTarget);
  };
  return { active, setActive, go, onKeyDown, onFocus, onBlur };
}

const grabbed = (table: React.RefObject<HTMLElement | null>) =>
  table.current?.contains(document.activeElement) ?? false;
