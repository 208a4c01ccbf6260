import { useCallback } from 'react';
import type { Fields } from '../../api/cache.ts';
import { useUpdate } from '../../api/write.ts';
import { t } from '../../texts/index.ts';
import type { BoardData, Card } from './data.ts';
import { focus, losing, say, type Target } from './state.ts';

export interface Moves {
  /** Moves a card to a stage, wins it, or asks why it is lost. */
  drop: (card: Card, target: Target) => void;
  lose: (card: Card, reason: { lost_reason_id: number | null; lost_note: string | null }) => void;
}

/** What can happen to a card on the board, each one edit with its own undo. */
export function useMoves(board: BoardData | undefined): Moves {
  const { mutate } = useUpdate('deals');
  const save = useCallback(
    (card: Card, fields: Fields, label: string) => {
      mutate({ row: card, fields, label });
      say(label);
    },
    [mutate],
  );
  const drop = useCallback(
    (card: Card, target: Target) => {
      if (target === 'lost') losing.set(card);
      else if (target === 'won') save(card, { status: 'won' }, t('board.wonIt', { title: card.title }));
      else if (target !== card.stage_id) {
        const stage = board?.stages.find((s) => s.id === target)?.name ?? '';
        focus.set((now) => (now?.id === card.id ? { id: card.id, grab: now.grab } : now));
        save(card, { stage_id: target }, t('board.moved', { title: card.title, stage }));
      }
    },
    [board, save],
  );
  const lose = useCallback<Moves['lose']>(
    (card, reason) => save(card, { status: 'lost', ...reason }, t('board.lostIt', { title: card.title })),
    [save],
  );
  return { drop, lose };
}
