import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview';
import { preserveOffsetOnSource } from '@atlaskit/pragmatic-drag-and-drop/utils/preserve-offset-on-source';
import { memo, useEffect, useRef } from 'react';
import { useStore } from '../../api/store.ts';
import { CardView } from './CardView.tsx';
import classes from './card.module.css';
import type { Card } from './data.ts';
import { cardMenu, focus, lift } from './state.ts';

interface Props {
  card: Card;
  place: number;
  of: number;
  tabbable: boolean;
  opened: boolean;
  draggable: boolean;
  at?: string;
  onOpen: (card: Card, newTab: boolean) => void;
}

/** A card in its column: takes the focus, can be dragged, opens on a click. */
export const CardItem = memo(function CardItem({
  card,
  place,
  of,
  tabbable,
  opened,
  draggable: drags,
  at,
  onOpen,
}: Props) {
  const element = useRef<HTMLDivElement>(null);
  const focused = useStore(focus);
  const air = useStore(lift);
  const lifted = air?.card.id === card.id ? air.by : null;
  const wanted = focused?.id === card.id && focused.grab ? focused : null;

  useEffect(() => {
    if (wanted && document.activeElement !== element.current) element.current?.focus({ preventScroll: true });
  }, [wanted]);

  useEffect(() => {
    const source = element.current;
    if (!source || !drags) return;
    return draggable({
      element: source,
      getInitialData: () => ({ card }),
      onGenerateDragPreview: ({ nativeSetDragImage, location }) =>
        setCustomNativeDragPreview({
          nativeSetDragImage,
          getOffset: preserveOffsetOnSource({ element: source, input: location.current.input }),
          render: ({ container }) => {
            const copy = source.cloneNode(true) as HTMLElement;
            copy.style.width = `${source.offsetWidth}px`;
            copy.classList.add(classes.preview!);
            container.append(copy);
          },
        }),
    });
  }, [card, drags]);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the board's keys act on the focused card
    <div
      ref={element}
      className={classes.card}
      role="option"
      aria-selected={opened || lifted !== null}
      aria-setsize={of}
      aria-posinset={place + 1}
      tabIndex={tabbable ? 0 : -1}
      data-card={card.id}
      data-opened={opened || undefined}
      data-lifted={lifted === 'keys' || undefined}
      data-gone={lifted === 'pointer' || undefined}
      onFocus={() => focus.set({ id: card.id, grab: true })}
      onContextMenu={(event) => {
        event.preventDefault();
        cardMenu.set({ card, x: event.clientX, y: event.clientY });
      }}
      onClick={(event) => onOpen(card, event.metaKey || event.ctrlKey)}
    >
      <CardView card={card} at={at} />
    </div>
  );
});
