import { useState } from 'react';
import type { Fields } from '../../api/cache.ts';
import type { Deal, Stage } from '../../api/types.ts';
import { useUpdate } from '../../api/write.ts';
import type { Loss } from '../../parts/LostDialog.tsx';
import { t } from '../../texts/index.ts';

export interface DealMoves {
  move: (stage: Stage) => void;
  win: () => void;
  reopen: () => void;
  /** Opens the question why the deal is lost. */
  askLoss: () => void;
  losing: boolean;
  keep: () => void;
  lose: (loss: Loss) => void;
}

/** What can become of a deal, each one edit with its own undo. */
export function useDealMoves(deal: Deal): DealMoves {
  const [losing, setLosing] = useState(false);
  const { mutate } = useUpdate('deals');
  const { title } = deal;
  const save = (fields: Fields, label: string) => mutate({ row: deal, fields, label });
  return {
    losing,
    askLoss: () => setLosing(true),
    keep: () => setLosing(false),
    move: (stage) =>
      (stage.id !== deal.stage_id || deal.status !== 'open') &&
      save(
        { stage_id: stage.id, ...(deal.status === 'open' ? {} : { status: 'open' }) },
        t('board.moved', { title, stage: stage.name }),
      ),
    win: () => save({ status: 'won' }, t('board.wonIt', { title })),
    lose: (loss) => save({ status: 'lost', ...loss }, t('board.lostIt', { title })),
    reopen: () => save({ status: 'open' }, t('deal.reopened', { title })),
  };
}
