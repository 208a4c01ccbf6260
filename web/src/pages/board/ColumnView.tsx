import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Query } from '../../api/client.ts';
import { useStore } from '../../api/store.ts';
import { numberText } from '../../format/locale.ts';
import { moneyText } from '../../format/money.ts';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import { placeIn } from './arrange.ts';
import classes from './board.module.css';
import { CardItem } from './CardItem.tsx';
import { ColumnHeader } from './ColumnHeader.tsx';
import { type Card, type Column, loadMore } from './data.ts';
import { QuickAdd } from './QuickAdd.tsx';
import { adding, focus, fold, folded, lift, scrolled } from './state.ts';
import { useDropTarget } from './useDragging.ts';

export interface ColumnProps {
  column: Column;
  currency: string;
  query: Query;
  pipeline: number;
  /** Cards may be moved and added. */
  editable: boolean;
  openedId: number | null;
  light: string | null;
  description?: string | null;
  at?: string;
  /** Written under each card: what became of it since. */
  strip?: (card: Card) => ReactNode;
  /** Below the cards. */
  after?: ReactNode;
  onOpen: (card: Card, newTab: boolean) => void;
}

const cardStep = 104;
const stripHeight = 24;

export function ColumnView(props: ColumnProps) {
  const isFolded = useStore(folded).includes(props.column.id);
  const phone = usePhone();
  return isFolded && !phone ? <Spine column={props.column} /> : <OpenColumn {...props} />;
}

/** A folded column: its name and count on end. It still takes cards. */
function Spine({ column }: { column: Column }) {
  const element = useRef<HTMLElement>(null);
  useDropTarget(element, column.id);
  const over = useStore(lift)?.target === column.id;
  return (
    <section ref={element} className={classes.spine} data-target={over || undefined} aria-label={column.name}>
      <button
        type="button"
        onClick={() => fold(column.id)}
        aria-expanded={false}
        title={t('board.unfold', { name: column.name })}
      >
        <b>{column.name}</b>
        <span>{numberText(column.count)}</span>
      </button>
    </section>
  );
}

function OpenColumn(props: ColumnProps) {
  const { column, currency, query, editable, openedId, at, strip, after, onOpen } = props;
  const section = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const air = useStore(lift);
  const focused = useStore(focus);
  const isAdding = useStore(adding) === column.id;
  useDropTarget(section, column.id);
  const { cards } = column;
  const step = cardStep + (strip ? stripHeight : 0);
  const over = air?.target === column.id && air.from !== column.id;
  const focusedIndex = cards.findIndex((c) => c.id === focused?.id);
  const rows = useVirtualizer({
    count: cards.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => step,
    getItemKey: (i) => cards[i]!.id,
    overscan: 4,
    initialOffset: scrolled.get(column.id) ?? 0,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return focusedIndex < 0 || shown.includes(focusedIndex)
        ? shown
        : [...shown, focusedIndex].sort((a, b) => a - b);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when cards gain or lose their strip
  useEffect(() => rows.measure(), [step]);
  useScrollAnchor(scroller, cards, step);
  useScrollMemory(scroller, column.id);

  const grab = focused?.grab && focusedIndex >= 0 ? focusedIndex : -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of focus scrolls, not a change of cards
  useEffect(() => {
    if (grab < 0) return;
    rows.scrollToIndex(grab, { align: 'auto' });
    section.current?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }, [focused, openedId]);

  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (column.next_cursor && last >= cards.length - 10) loadMore(query, column);
  }, [last, cards.length, query, column]);

  const slot = over ? visiblePlace(placeIn(column, air.card), scroller.current, step) : -1;
  const tabbable = Math.max(focusedIndex, 0);
  const label = t('board.column', {
    name: column.name,
    n: column.count,
    value: moneyText(column.value, currency),
  });
  const height = rows.getTotalSize() + (slot >= 0 ? step : 0);
  return (
    <section
      ref={section}
      className={classes.column}
      data-stage={column.id}
      data-target={over || undefined}
      aria-label={label}
    >
      <ColumnHeader {...props} />
      {isAdding && <QuickAdd column={column} currency={currency} pipeline={props.pipeline} />}
      <div ref={scroller} className={classes.cards} data-scroller>
        {cards.length > 0 || slot >= 0 ? (
          <div
            style={{ height, position: 'relative' }}
            {...(cards.length > 0 && { role: 'listbox', 'aria-label': label })}
          >
            {items.map(({ index, key, start }) => (
              <div
                key={key}
                className={classes.place}
                role="presentation"
                style={{ transform: `translateY(${start + (slot >= 0 && index >= slot ? step : 0)}px)` }}
              >
                <CardItem
                  card={cards[index]!}
                  place={index}
                  of={column.count}
                  tabbable={index === tabbable}
                  opened={cards[index]!.id === openedId}
                  draggable={editable}
                  at={at}
                  onOpen={onOpen}
                />
                {strip?.(cards[index]!)}
                {air?.by === 'pointer' && air.card.id === cards[index]!.id && (
                  <div className={classes.from} aria-hidden>
                    {t('board.liftedFrom')}
                    <span>
                      <kbd>esc</kbd> {t('board.putsBack')}
                    </span>
                  </div>
                )}
              </div>
            ))}
            {slot >= 0 && (
              <div className={classes.slot} style={{ transform: `translateY(${slot * step}px)` }} aria-hidden>
                <b>{t('board.moveTo', { stage: column.name })}</b>
              </div>
            )}
          </div>
        ) : (
          !isAdding && <EmptyColumn {...props} />
        )}
        {after}
      </div>
    </section>
  );
}

function EmptyColumn({ column, editable, description }: ColumnProps) {
  return (
    <div className={classes.empty}>
      <p>{description || t('board.emptyColumn')}</p>
      {editable && (
        <button type="button" onClick={() => adding.set(column.id)}>
          {t('board.addFirst')}
        </button>
      )}
    </div>
  );
}

/* The slot is shown where the card will stand, or at the edge of what is in sight. */
function visiblePlace(place: number, scroller: HTMLElement | null, step: number): number {
  if (!scroller) return place;
  const first = Math.ceil(scroller.scrollTop / step);
  const end = Math.max(first, Math.floor((scroller.scrollTop + scroller.clientHeight) / step) - 1);
  return Math.min(Math.max(place, first), end);
}

/* Coming back to the board finds each column where it was left. */
function useScrollMemory(scroller: React.RefObject<HTMLDivElement | null>, id: number) {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = scrolled.get(id) ?? 0;
    return () => {
      scrolled.set(id, element.scrollTop);
    };
  }, [id, scroller]);
}

/* Keeps the card at the top of the column where it is when others come or go above it. */
function useScrollAnchor(scroller: React.RefObject<HTMLDivElement | null>, cards: Card[], step: number) {
  const [anchor] = useState<{ id: number | null; index: number }>({ id: null, index: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const now = anchor.id === null ? -1 : cards.findIndex((c) => c.id === anchor.id);
    if (now >= 0 && now !== anchor.index) element.scrollTop += (now - anchor.index) * step;
    const note = () => {
      const top = element.scrollTop < step / 2 ? -1 : Math.round(element.scrollTop / step);
      anchor.id = cards[top]?.id ?? null;
      anchor.index = top;
    };
    note();
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, [cards, step, anchor, scroller]);
}
