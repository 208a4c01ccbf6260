import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Query } from '../../api/client.ts';
import { moneyShort, moneyText } from '../../format/money.ts';
import { t } from '../../texts/index.ts';
import classes from './board.module.css';
import { CardView, cardSpoken } from './CardView.tsx';
import card from './card.module.css';
import { type Column, loadMore } from './data.ts';

const step = 104;

export function ColumnView({ column, currency, query }: { column: Column; currency: string; query: Query }) {
  const scroller = useRef<HTMLDivElement>(null);
  const { cards } = column;
  const rows = useVirtualizer({
    count: cards.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => step,
    getItemKey: (i) => cards[i]!.id,
    overscan: 4,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= cards.length - 8) loadMore(query, column);
  }, [last, cards.length, query, column]);
  const label = t('board.column', {
    name: column.name,
    n: column.count,
    value: moneyText(column.value, currency),
  });
  return (
    <section className={classes.column} aria-label={label}>
      <header>
        <h2 className={classes.name}>
          {column.name} <span>{column.count}</span>
        </h2>
        <p className={classes.sum}>
          {moneyShort(column.value, currency)}{' '}
          <span>{t('board.weighted', { value: moneyShort(column.weighted, currency) })}</span>
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div ref={scroller} className={classes.cards} tabIndex={0}>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {items.map(({ index, key, start }) => (
            <article
              key={key}
              className={`${card.card} ${classes.place}`}
              style={{ transform: `translateY(${start}px)` }}
              aria-label={cardSpoken(cards[index]!)}
            >
              <CardView card={cards[index]!} />
            </article>
          ))}
        </div>
      </div>
    </section>
  );
}
