import { useRef } from 'react';
import { useStore } from '../../api/store.ts';
import { toasts } from '../../api/toasts.ts';
import { moneyText } from '../../format/money.ts';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import { lift } from './state.ts';
import { useDropTarget } from './useDragging.ts';
import classes from './zones.module.css';

/** Won and lost, at the foot of the board for as long as a card is in the air. */
export function Zones() {
  const air = useStore(lift);
  const toast = useStore(toasts);
  if (!air) return null;
  const { card } = air;
  const amount =
    card.value === null ? card.title : t('board.wonToday', { value: moneyText(card.value, card.currency) });
  return (
    <div className={classes.floor} data-beside={toast !== null || undefined}>
      <Zone target="won" over={air.target === 'won'} hint={amount} />
      <Zone target="lost" over={air.target === 'lost'} hint={t('board.asksReason')} />
    </div>
  );
}

function Zone({ target, over, hint }: { target: 'won' | 'lost'; over: boolean; hint: string }) {
  const element = useRef<HTMLDivElement>(null);
  useDropTarget(element, target);
  return (
    <div ref={element} className={classes.zone} data-zone={target} data-over={over || undefined}>
      <Icon name={target} />
      <span>
        <b>{t(`board.zone.${target}`)}</b>
        <small>{hint}</small>
      </span>
    </div>
  );
}
