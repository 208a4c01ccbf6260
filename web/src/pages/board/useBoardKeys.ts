import { useStore } from '../../api/store.ts';
import { type Action, useActions } from '../../keys/registry.ts';
import { t } from '../../texts/index.ts';
import { findCard } from './arrange.ts';
import type { BoardData, Card, Column } from './data.ts';
import type { Moves } from './moves.ts';
import { adding, cardMenu, focus, folded, type Lift, lift, say, type Target } from './state.ts';

interface Keys {
  board: BoardData | undefined;
  moves: Moves;
  editable: boolean;
  open: (card: Card) => void;
  peek: (id: number | null) => void;
  peeked: number | null;
}

/*
 * The board by keys. Arrows walk the cards; enter lifts one, arrows then choose where to (past the last column
 * come won and lost), enter drops it, esc puts it back. Each step is spoken.
 */
export function useBoardKeys({ board, moves, editable, open, peek, peeked }: Keys) {
  const focused = useStore(focus);
  const found = findCard(board, focused?.id ?? null);
  const columns = board?.stages ?? [];

  const onCard = () => findCard(board, focus.get()?.id ?? null) !== undefined && isOnBoard();
  const inAir = () => lift.get()?.by === 'keys';
  const here = () => findCard(board, focus.get()?.id ?? null);
  const go = (card: Card | undefined) => {
    if (!card) return;
    focus.set({ id: card.id, grab: true });
    if (peeked !== null) peek(card.id);
  };

  const walk = (dx: number, dy: number) => {
    if (inAir()) return dx !== 0 && aim(dx);
    const at = here();
    if (!at) return go(open_(columns).find((c) => c.cards.length > 0)?.cards[0]);
    if (dy !== 0) return go(at.column.cards[at.index + dy]);
    const walkable = open_(columns).filter((c) => c.cards.length > 0);
    const next = walkable[walkable.indexOf(at.column) + dx];
    if (next) go(next.cards[Math.min(sameHeight(at.column, next, at.index), next.cards.length - 1)]);
  };

  const aim = (dx: number) => {
    const air = lift.get();
    if (!air) return;
    const targets: Target[] = [...columns.map((c) => c.id), 'won', 'lost'];
    const now = targets.indexOf(air.target ?? air.from);
    const target = targets[Math.min(Math.max(now + dx, 0), targets.length - 1)]!;
    lift.set({ ...air, target });
    say(overText(target, columns, air));
  };

  const pick = () => {
    const air = lift.get();
    if (air?.by === 'keys') {
      lift.set(null);
      if (air.target === null || air.target === air.from)
        say(t('board.saidBack', { stage: nameOf(columns, air.from) }));
      else moves.drop(air.card, air.target);
      return;
    }
    const at = here();
    if (!at) return;
    lift.set({ card: at.card, from: at.column.id, target: at.column.id, by: 'keys' });
    say(t('board.saidLifted', { title: at.card.title, stage: at.column.name }));
  };

  const cancel = () => {
    const air = lift.get();
    if (air?.by === 'keys') {
      lift.set(null);
      say(t('board.saidBack', { stage: nameOf(columns, air.from) }));
    } else peek(null);
  };

  const openMenu = () => {
    const at = here();
    const box = document.querySelector(`[data-card="${at?.card.id}"]`)?.getBoundingClientRect();
    if (at && box) cardMenu.set({ card: at.card, x: box.left + 12, y: box.top + 32 });
  };

  const shift = (dx: number) => {
    const at = here();
    const next = at && columns[columns.indexOf(at.column) + dx];
    if (at && next) moves.drop(at.card, next.id);
  };

  const title = found ? `“${found.card.title}”` : t('board.theCard');
  const walks: Action[] = (
    [
      ['up', 0, -1, 'k'],
      ['down', 0, 1, 'j'],
      ['left', -1, 0, null],
      ['right', 1, 0, null],
    ] as const
  ).map(([name, dx, dy, letter]) => ({
    id: `board.${name}`,
    label: t(`board.key.${name}`),
    group: 'board',
    keys: letter ? [`arrow${name}`, letter] : [`arrow${name}`],
    keyOnly: true,
    when: () => isOnBoard(),
    run: () => walk(dx, dy),
  }));
  const onMoves: Action[] = [
    {
      id: 'card.lift',
      label: t('board.key.lift'),
      group: 'card',
      keys: ['enter'],
      keyOnly: true,
      when: () => inAir() || onCard(),
      run: pick,
    },
    {
      id: 'card.left',
      label: t('board.key.shiftLeft'),
      group: 'card',
      keys: ['shift+arrowleft'],
      keyOnly: true,
      when: onCard,
      run: () => shift(-1),
    },
    {
      id: 'card.right',
      label: t('board.key.shiftRight'),
      group: 'card',
      keys: ['shift+arrowright'],
      keyOnly: true,
      when: onCard,
      run: () => shift(1),
    },
    ...columns.slice(0, 9).map(
      (column, i): Action => ({
        id: `card.to.${column.id}`,
        label: t('board.moveCardTo', { title, stage: column.name }),
        group: 'card',
        icon: 'arrowRight',
        keys: [String(i + 1)],
        disabled: !found || found.column.id === column.id,
        run: () => found && moves.drop(found.card, column.id),
      }),
    ),
    {
      id: 'card.win',
      label: t('board.winCard', { title }),
      group: 'card',
      icon: 'won',
      keys: ['w'],
      disabled: !found,
      run: () => found && moves.drop(found.card, 'won'),
    },
    {
      id: 'card.lose',
      label: t('board.loseCard', { title }),
      group: 'card',
      icon: 'lost',
      keys: ['l'],
      disabled: !found,
      run: () => found && moves.drop(found.card, 'lost'),
    },
    {
      id: 'board.add',
      label: t('board.addDeal'),
      group: 'board',
      icon: 'plus',
      keys: ['c', 'n'],
      run: () => adding.set(here()?.column.id ?? open_(columns)[0]?.id ?? null),
    },
  ];
  useActions([
    ...walks,
    ...(editable ? onMoves : []),
    {
      id: 'card.peek',
      label: t('board.key.peek'),
      group: 'card',
      icon: 'panel',
      keys: ['space'],
      disabled: !found,
      run: () => found && peek(peeked === found.card.id ? null : found.card.id),
    },
    {
      id: 'card.open',
      label: t('board.openCard', { title }),
      group: 'card',
      icon: 'deal',
      keys: ['o'],
      disabled: !found,
      run: () => found && open(found.card),
    },
    {
      id: 'card.menu',
      label: t('board.key.menu'),
      group: 'card',
      keys: ['.'],
      keyOnly: true,
      when: onCard,
      run: openMenu,
    },
    {
      id: 'card.cancel',
      label: t('board.key.cancel'),
      group: 'card',
      keys: ['escape'],
      keyOnly: true,
      when: () => inAir() || peeked !== null,
      run: cancel,
    },
  ]);
}

const open_ = (columns: Column[]) => columns.filter((c) => !folded.get().includes(c.id));
const nameOf = (columns: Column[], id: number) => columns.find((c) => c.id === id)?.name ?? '';

/* Keys go to the board unless some other control has the focus. */
function isOnBoard(): boolean {
  const at = document.activeElement;
  return at === null || at === document.body || at.id === 'content' || at.closest('[data-card]') !== null;
}

/* The card of the neighbouring column that is drawn at the same height. */
function sameHeight(from: Column, to: Column, index: number): number {
  const top = (column: Column) =>
    document.querySelector(`[data-card="${column.cards[0]?.id}"]`)?.closest('[data-scroller]')?.scrollTop ??
    0;
  return Math.max(0, index + Math.round((top(to) - top(from)) / 104));
}

function overText(target: Target, columns: Column[], air: Lift): string {
  if (target === 'won') return t('board.saidOverWon');
  if (target === 'lost') return t('board.saidOverLost');
  const stage = nameOf(columns, target);
  const place = columns.findIndex((c) => c.id === target) + 1;
  return target === air.from
    ? t('board.saidOverOwn', { stage })
    : t('board.saidOver', { stage, place, of: columns.length });
}
