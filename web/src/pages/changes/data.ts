import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { KindMeta, LogItem } from '../../api/types.ts';
import { type PlainKey, t } from '../../texts/index.ts';

/** One thing somebody did, with everything it touched. */
export interface ChangeSet {
  id: number;
  actor: { id: number; name: string | null } | null;
  origin: string;
  label: string | null;
  recorded_at: string;
  undoes: number | null;
  undone_by: number | null;
  state: string;
  changes: number;
  /** The first record it touched, which says what it was about. */
  first?: { kind: string; id: number; op: LogItem['op'] } | null;
}

interface Asked {
  actor?: string;
  /** Only those that came from there, found among the newest. */
  origin?: string;
}

/* The first part of the key is that of reports, so that the live feed refreshes these lists too. */
const key = (...rest: unknown[]) => ['report', 'changesets', ...rest];

export function useChangeSets({ actor, origin }: Asked) {
  const limit = origin ? 500 : 50;
  const result = useInfiniteQuery({
    queryKey: key(actor ?? 'all', limit),
    queryFn: ({ pageParam, signal }) =>
      api.get<{ data: ChangeSet[]; next_cursor: string | null }>(
        '/changesets',
        { actor, limit, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  });
  const all = result.data?.pages.flatMap((page) => page.data) ?? [];
  return { ...result, sets: origin ? all.filter((set) => set.origin === origin).slice(0, 20) : all };
}

export function useChangeSet(id: number) {
  return useQuery({
    queryKey: key(id),
    queryFn: ({ signal }) => api.get<ChangeSet & { data: LogItem[] }>(`/changesets/${id}`, undefined, signal),
  });
}

const origins = ['ui', 'api', 'cli', 'import', 'undo', 'demo', 'setup', 'system'];

export const originText = (origin: string) =>
  origins.includes(origin) ? t(`changes.origin.${origin}` as PlainKey) : origin;

/** What a change set is called: its own name, what it undid, or what it did to the first record it touched. */
export function labelOf(set: ChangeSet, kinds: KindMeta[]): string {
  if (set.label) return set.label;
  if (set.undoes) return t('changes.undoOf', { n: set.undoes });
  if (!set.first) return t('changes.number', { n: set.id });
  const kind = kinds.find((k) => k.name === set.first?.kind)?.label ?? set.first.kind;
  return t(`changes.did.${set.first.op}`, { kind: kind.toLocaleLowerCase() });
}

export const isUndone = (set: ChangeSet) => set.undone_by !== null;
