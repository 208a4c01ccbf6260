import { dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { type RefObject, useEffect } from 'react';
import { type Card, holdBoard } from './data.ts';
import type { Moves } from './moves.ts';
import { lift, type Target } from './state.ts';

/* Dragging with the pointer, on top of pragmatic-drag-and-drop. The card in the air is `lift`, as with keys. */

const edge = 56;
const pace = 14;

/** Follows a drag over the whole board: what is in the air, over what, and where it was dropped. */
export function useDragMonitor(board: RefObject<HTMLElement | null>, moves: Moves) {
  useEffect(() => {
    let letGo = () => {};
    return monitorForElements({
      canMonitor: ({ source }) => 'card' in source.data,
      onDragStart: ({ source }) => {
        const card = source.data.card as Card;
        letGo = holdBoard();
        lift.set({ card, from: card.stage_id ?? 0, target: null, by: 'pointer' });
      },
      onDropTargetChange: ({ location }) => {
        const target = (location.current.dropTargets[0]?.data.target as Target | undefined) ?? null;
        lift.set((now) => now && { ...now, target });
      },
      onDrag: ({ location }) => {
        const frame = board.current;
        if (!frame) return;
        const { left, right } = frame.getBoundingClientRect();
        const { clientX } = location.current.input;
        if (clientX > right - edge) frame.scrollLeft += pace;
        else if (clientX < left + edge) frame.scrollLeft -= pace;
      },
      onDrop: ({ source, location }) => {
        const target = location.current.dropTargets[0]?.data.target as Target | undefined;
        lift.set(null);
        letGo();
        if (target !== undefined) moves.drop(source.data.card as Card, target);
      },
    });
  }, [board, moves]);
}

/** Makes an element take cards for a target. */
export function useDropTarget(element: RefObject<HTMLElement | null>, target: Target) {
  useEffect(() => {
    if (!element.current) return;
    return dropTargetForElements({
      element: element.current,
      canDrop: ({ source }) => 'card' in source.data,
      getData: () => ({ target }),
    });
  }, [element, target]);
}
