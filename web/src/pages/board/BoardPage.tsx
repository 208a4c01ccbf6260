import { useAll } from '../../api/records.ts';
import type { Pipeline } from '../../api/types.ts';
import { usePast } from '../../parts/past.ts';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { t } from '../../texts/index.ts';
import classes from './board.module.css';
import { ColumnView } from './ColumnView.tsx';
import { useBoard, useBoardInStep } from './data.ts';

export default function BoardPage() {
  const pipelines = useAll<Pipeline>('pipelines', { sort: 'position' });
  const past = usePast();
  const pipeline = pipelines[0];
  const query = { pipeline: pipeline?.id, as_of: past?.as_of };
  const board = useBoard(query);
  useBoardInStep();
  return (
    <Frame title={t('board.title')} crumbs={[{ label: t('board.title') }, { label: pipeline?.name ?? '' }]}>
      {board.data ? (
        <div className={classes.board}>
          {board.data.stages.map((column) => (
            <ColumnView key={column.id} column={column} currency={board.data.currency} query={query} />
          ))}
        </div>
      ) : board.isError ? (
        <ErrorState error={board.error} retry={board.refetch} />
      ) : (
        <RowSkeletons />
      )}
    </Frame>
  );
}
