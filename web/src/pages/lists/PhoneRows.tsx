import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { Summary } from '../../api/records.ts';
import { titleOf } from '../../api/records.ts';
import type { Field, KindMeta, Row } from '../../api/types.ts';
import { recordPath } from '../../parts/fields/paths.ts';
import { ValueText } from '../../parts/fields/ValueText.tsx';
import { MoneyText } from '../../parts/texts.tsx';
import classes from './list.module.css';
import { countText } from './Totals.tsx';
import { useScrollPlace } from './useScrollPlace.ts';

interface Props {
  meta: KindMeta;
  columns: Field[];
  rows: Row[];
  summary: Summary | undefined;
  more: (() => void) | undefined;
  onVisit: (row: Row) => void;
}

const height = 60;
const beside = 3;

/** The list on a phone: the name of each row, and below it what its first columns say. */
export function PhoneRows({ meta, columns, rows, summary, more, onVisit }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const start = useScrollPlace(scroller);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    initialOffset: start,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - 12) more();
  }, [more, last, rows.length]);
  const shown = columns.slice(1, 1 + beside);
  const [sum] = columns.flatMap((f) => summary?.sums[f.name] ?? []);
  return (
    <>
      <div ref={scroller} className={classes.scroller}>
        <ul className={classes.phoneRows} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start: top }) => {
            const row = rows[index];
            if (!row) return null;
            const path = recordPath(meta.name, row.id);
            return (
              <li key={row.id} style={{ height, transform: `translateY(${top}px)` }}>
                <p className="b cut">
                  {path ? (
                    <Link href={path} onClick={() => onVisit(row)}>
                      {titleOf(row)}
                    </Link>
                  ) : (
                    titleOf(row)
                  )}
                </p>
                <p className={classes.phoneFacts}>
                  {shown.map((field) => (
                    <span key={field.name} className="cut">
                      <ValueText field={field} row={row} blank flat />
                    </span>
                  ))}
                </p>
              </li>
            );
          })}
        </ul>
      </div>
      {summary && (
        <p className={classes.phoneTotals}>
          <b>{countText(meta, summary.count)}</b>
          {sum && <MoneyText amount={sum.amount} currency={sum.currency} />}
        </p>
      )}
    </>
  );
}
