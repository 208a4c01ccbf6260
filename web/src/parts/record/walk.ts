import { useList } from '../../api/records.ts';
import { store, useStore } from '../../api/store.ts';
import type { Kind, Row } from '../../api/types.ts';

/** The records of the list one came from, in its order: what previous and next mean on a record's page. */
interface Walk {
  kind: Kind;
  ids: number[];
}

export const walk = store<Walk | null>(null);

export interface Place {
  place: number;
  of: number;
  previous: number | undefined;
  next: number | undefined;
}

function placeIn(ids: number[], id: number): Place | null {
  const at = ids.indexOf(id);
  return at < 0 ? null : { place: at + 1, of: ids.length, previous: ids[at - 1], next: ids[at + 1] };
}

/** Where a record stands in the list one came from; without one, among those that `otherwise` finds. */
export function usePlace(kind: Kind, id: number, otherwise: Record<string, string | number> | null) {
  const walked = useStore(walk);
  const known = walked?.kind === kind && walked.ids.includes(id) ? walked.ids : null;
  const { data } = useList<Row>(
    kind,
    { ...otherwise, fields: 'id', limit: 500 },
    known === null && otherwise !== null,
  );
  return placeIn(known ?? data?.data.map((row) => row.id) ?? [], id);
}
