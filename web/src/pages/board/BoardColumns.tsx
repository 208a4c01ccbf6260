import { Button } from '@mantine/core';
import { type ReactNode, useRef } from 'react';
import { Link } from 'wouter';
import type { Query } from '../../api/client.ts';
import { useAll } from '../../api/records.ts';
import type { Stage } from '../../api/types.ts';
import { usePast } from '../../parts/past.ts';
import { EmptyState } from '../../parts/states.tsx';
import { pages } from '../../routes.ts';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import classes from './board.module.css';
import { ColumnView } from './ColumnView.tsx';
import type { BoardData, Card } from './data.ts';
import type { Moves } from './moves.ts';
import { PhoneColumns } from './PhoneColumns.tsx';
import { useComparison } from './past/useComparison.tsx';
import { adding } from './state.ts';
import { useDragMonitor } from './useDragging.ts';
import { Zones } from './Zones.tsx';

interface Props {
  board: BoardData;
  query: Query;
  pipeline: number;
  editable: boolean;
  filtered: boolean;
  clear: () => void;
  light: string | null;
  /** What is shown belongs to the filters or the date before; the asked-for comes. */
  waiting: boolean;
  peeked: number | null;
  moves: Moves;
  onOpen: (card: Card, newTab?: boolean) => void;
  bar: ReactNode;
}

/** The columns side by side, or one at a time on a phone; or what to do when there is nothing in them. */
export function BoardColumns(props: Props) {
  const { board, query, pipeline, editable, light, peeked, moves, onOpen, bar } = props;
  const frame = useRef<HTMLDivElement>(null);
  const phone = usePhone();
  const past = usePast();
  const stages = useAll<Stage>('stages', { pipeline_id: pipeline });
  const comparison = useComparison(board, pipeline);
  useDragMonitor(frame, moves);
  const isEmpty = board.total.count === 0 && !past;
  if (isEmpty && props.filtered)
    return (
      <div className={classes.stageArea}>
        {phone && bar}
        <EmptyState icon="filter" title={t('board.emptyFiltered')} hint={t('board.emptyFilteredHint')}>
          <Button onClick={props.clear}>{t('filter.clear')}</Button>
        </EmptyState>
      </div>
    );
  const columns = board.stages.map((column) => (
    <ColumnView
      key={column.id}
      column={column}
      currency={board.currency}
      query={query}
      pipeline={pipeline}
      editable={editable}
      openedId={peeked}
      light={light}
      description={stages.find((s) => s.id === column.id)?.description}
      at={past?.as_of}
      strip={comparison?.strip}
      after={comparison?.ghosts(column)}
      onOpen={onOpen}
    />
  ));
  return (
    <div className={classes.stageArea} aria-busy={props.waiting} data-waiting={props.waiting || undefined}>
      {isEmpty && <Empty {...props} />}
      {phone ? (
        <PhoneColumns stages={board.stages} bar={bar}>
          {columns}
        </PhoneColumns>
      ) : (
        <section ref={frame} className={classes.board} aria-label={t('board.columns')} data-board>
          {columns}
        </section>
      )}
      {!phone && <Zones />}
    </div>
  );
}

function Empty({ board, editable }: Props) {
  const hasImport = pages.some((p) => p.path === '/import');
  return (
    <EmptyState icon="board" title={t('board.emptyTitle')} hint={t('board.emptyHint')}>
      {editable && (
        <Button variant="filled" onClick={() => adding.set(board.stages[0]?.id ?? null)}>
          {t('board.emptyAdd')}
        </Button>
      )}
      {hasImport && (
        <Button component={Link} href="/import">
          {t('board.emptyImport')}
        </Button>
      )}
    </EmptyState>
  );
}
