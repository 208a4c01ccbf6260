import { useEffect } from 'react';
import { keptStore } from '../api/store.ts';

/** The records last opened in this browser, newest first: what the palette offers before anything is typed. */
export interface Visit {
  kind: string;
  id: number;
  title: string;
}

const kept = 8;
export const recent = keptStore<Visit[]>('recent', []);

/** Remembers that a record's page was opened. */
export function useVisit(kind: string, id: number, title: string | undefined) {
  useEffect(() => {
    if (!title) return;
    recent.set((now) =>
      [{ kind, id, title }, ...now.filter((v) => v.kind !== kind || v.id !== id)].slice(0, kept),
    );
  }, [kind, id, title]);
}
