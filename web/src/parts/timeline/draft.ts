import { useSyncExternalStore } from 'react';
import { store } from '../../api/store.ts';
import type { ActivityType } from './kinds.ts';

/** What is being written about a record. It outlives the page, so that a look elsewhere loses nothing. */
export interface Draft {
  type: ActivityType | 'note';
  text: string;
  notes: string;
  planned: boolean;
  at: string | null;
  minutes: number | null;
  person_id: number | null;
}

export const emptyDraft: Draft = {
  type: 'note',
  text: '',
  notes: '',
  planned: true,
  at: null,
  minutes: null,
  person_id: null,
};

const drafts = store<Record<string, Draft>>({});

export function useDraft(name: string) {
  const draft = useSyncExternalStore(drafts.follow, () => drafts.get()[name]) ?? emptyDraft;
  const change = (part: Partial<Draft>) =>
    drafts.set((now) => ({ ...now, [name]: { ...(now[name] ?? emptyDraft), ...part } }));
  return { draft, change };
}
