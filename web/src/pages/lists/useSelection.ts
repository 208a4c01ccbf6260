import { useCallback, useMemo, useRef, useState } from 'react';
import type { Row } from '../../api/types.ts';

export interface Selection {
  ids: ReadonlySet<number>;
  rows: Row[];
  all: boolean;
  /** Turns a row on or off; with `through` everything from the row last turned up to this one. */
  toggle: (index: number, through?: boolean) => void;
  toggleAll: () => void;
  clear: () => void;
}

/** Many rows of a list chosen at once, by click, by shift and click, by key. */
export function useSelection(rows: Row[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  const anchor = useRef<number | null>(null);
  const latest = useRef(rows);
  latest.current = rows;

  const toggle = useCallback((index: number, through = false) => {
    const list = latest.current;
    const row = list[index];
    if (!row) return;
    const from = through ? list.findIndex((r) => r.id === anchor.current) : -1;
    setIds((now) => {
      const next = new Set(now);
      if (from >= 0)
        for (const { id } of list.slice(Math.min(from, index), Math.max(from, index) + 1)) next.add(id);
      else if (!next.delete(row.id)) next.add(row.id);
      return next;
    });
    anchor.current = row.id;
  }, []);

  return useMemo(() => {
    const chosen = rows.filter((row) => ids.has(row.id));
    const all = rows.length > 0 && chosen.length === rows.length;
    return {
      ids,
      rows: chosen,
      all,
      toggle,
      toggleAll: () => setIds(all ? new Set() : new Set(rows.map((row) => row.id))),
      clear: () => setIds(new Set()),
    };
  }, [rows, ids, toggle]);
}
