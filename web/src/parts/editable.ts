import { mayCreate, mayDelete, mayUpdate, useKind } from '../api/session.ts';
import { usePast } from './past.ts';

export interface Rights {
  create: boolean;
  update: boolean;
  delete: boolean;
}

/** What the person may do with a kind at the moment looked at: in the past nothing. */
export function useRights(kind: string): Rights {
  const meta = useKind(kind);
  const past = usePast() !== null;
  return {
    create: !past && mayCreate(meta),
    update: !past && mayUpdate(meta),
    delete: !past && mayDelete(meta),
  };
}
