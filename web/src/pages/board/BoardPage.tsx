import { Button } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useAll } from '../../api/records.ts';
import { mayCreate, mayUpdate, useKind } from '../../api/session.ts';
import { keptStore, useStore } from '../../api/store.ts';
import type { Pipeline } from '../../api/types.ts';
import { recordPath } from '../../parts/fields/paths.ts';
import { useFilters } from '../../parts/filters/useFilters.ts';
import { setAddress, usePast, useSepia } from '../../parts/past.ts';
import { EmptyState, ErrorState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { BoardBar } from './BoardBar.tsx';
import { BoardColumns } from './BoardColumns.tsx';
import { BoardFrame } from './BoardFrame.tsx';
import { BoardSkeleton } from './BoardSkeleton.tsx';
import { CardMenu } from './CardMenu.tsx';
import { type Card, useBoard, useBoardInStep } from './data.ts';
import { LostDialog } from './LostDialog.tsx';
import { useMoves } from './moves.ts';
import { PeekPanel } from './PeekPanel.tsx';
import { useComparing } from './past/PastActions.tsx';
import { focus, leaveBoard, spoken } from './state.ts';
import { useBoardKeys } from './useBoardKeys.ts';

const lastPipeline = keptStore<number | null>('board.pipeline', null);

/** The deals of a pipeline, a column per stage. What is shown is in the address: pipeline, filters, order, date, opened card. */
export default function BoardPage() {
  const pipelines = useAll<Pipeline>('pipelines', { sort: 'position' });
  const words = new URLSearchParams(useSearch());
  const wanted = Number(words.get('pipeline')) || lastPipeline.get();
  const pipeline = pipelines.find((p) => p.id === wanted) ?? pipelines[0];
  /* The pipeline looked at last need not wait for the list of them. */
  const pipelineId = pipeline?.id ?? (pipelines.length === 0 ? (wanted ?? undefined) : undefined);
  const past = usePast();
  const comparing = useComparing() && past !== null;
  const filters = useFilters('deals');
  const light = words.get('light');
  const sort = words.get('sort');
  const peeked = Number(words.get('deal')) || null;
  const kind = useKind('deals');
  const [, navigate] = useLocation();
  useSepia(past !== null);
  useBoardInStep();
  useEffect(() => {
    focus.set((now) => now && { ...now, grab: true });
    return leaveBoard;
  }, []);
  useEffect(() => {
    if (pipeline) lastPipeline.set(pipeline.id);
  }, [pipeline]);

  const query = useMemo(
    () => ({
      /* Against now the whole board is compared, as the differences are those of the whole pipeline. */
      ...(comparing ? {} : filters.query),
      /* Words are searched for in the present only. */
      q: past ? null : filters.query.q,
      pipeline: pipelineId,
      as_of: past?.as_of,
      light: past ? null : light,
      sort,
    }),
    [filters.query, pipelineId, past?.as_of, light, sort, past, comparing],
  );
  const board = useBoard(query, pipelineId !== undefined);
  const moves = useMoves(board.data);
  const editable = mayUpdate(kind) && mayCreate(kind) && past === null;

  const peek = (id: number | null) => setAddress({ deal: id === null ? null : String(id) });
  const open = (card: Card, newTab = false) => {
    const path = recordPath('deals', card.id);
    if (path && newTab) window.open(path, '_blank', 'noopener');
    else if (path && !past) navigate(path);
    else peek(peeked === card.id ? null : card.id);
  };
  useBoardKeys({ board: board.data, moves, editable, open, peek, peeked });

  const filtered = filters.active.length > 0 || filters.text !== '' || light !== null;
  const bar = <BoardBar pipeline={pipeline} filters={filters} light={light} sort={sort} board={board.data} />;
  return (
    <BoardFrame pipelines={pipelines} pipeline={pipeline} board={board.data} editable={editable} bar={bar}>
      {board.data ? (
        <BoardColumns
          board={board.data}
          query={query}
          pipeline={pipelineId ?? 0}
          editable={editable}
          filtered={filtered}
          clear={() => {
            filters.clear();
            setAddress({ light: null });
          }}
          light={light}
          waiting={board.isPlaceholderData}
          peeked={peeked}
          moves={moves}
          onOpen={open}
          bar={bar}
        />
      ) : board.isError ? (
        <ErrorState error={board.error} retry={board.refetch} />
      ) : pipelines.length === 0 && !board.isFetching ? (
        <NoPipeline />
      ) : (
        <BoardSkeleton />
      )}
      {peeked !== null && (
        <PeekPanel id={peeked} moves={moves} stages={board.data?.stages ?? []} onClose={() => peek(null)} />
      )}
      {board.data && (
        <CardMenu board={board.data} moves={moves} editable={editable} onOpen={open} onPeek={peek} />
      )}
      <LostDialog moves={moves} />
      <Spoken />
    </BoardFrame>
  );
}

function Spoken() {
  return (
    <p className="sr" aria-live="assertive">
      {useStore(spoken)}
    </p>
  );
}

function NoPipeline() {
  return (
    <EmptyState icon="board" title={t('board.noPipeline')} hint={t('board.noPipelineHint')}>
      <Button onClick={() => location.reload()}>{t('action.retry')}</Button>
    </EmptyState>
  );
}
