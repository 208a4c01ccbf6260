import { ErrorState, RowSkeletons } from '../../parts/states.tsx';

/** A report on its way, or what kept it from coming. */
export function Waiting({ query }: { query: { error: unknown; refetch: () => void } }) {
  return query.error ? (
    <ErrorState error={query.error} retry={query.refetch} />
  ) : (
    <div className="panel">
      <RowSkeletons rows={10} height={40} />
    </div>
  );
}
