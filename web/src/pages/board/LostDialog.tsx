import { useStore } from '../../api/store.ts';
import { LostDialog as Ask } from '../../parts/LostDialog.tsx';
import type { Moves } from './moves.ts';
import { losing } from './state.ts';

/** Asks why the card just dropped on Lost is lost. */
export function LostDialog({ moves }: { moves: Moves }) {
  const card = useStore(losing);
  if (!card) return null;
  return (
    <Ask
      key={card.id}
      deal={card}
      onClose={() => losing.set(null)}
      onLose={(loss) => moves.lose(card, loss)}
    />
  );
}
