import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Summary } from '../../api/records.ts';
import { titleOf } from '../../api/records.ts';
import type { Field, KindMeta, Row } from '../../api/types.ts';
import { useRights } from '../../parts/editable.ts';
import { t } from '../../texts/index.ts';
import { CellEditor, CellText } from './Cell.tsx';
import { isNumeric, widthOf } from './columns.ts';
import { HeadCell } from './HeadCell.tsx';
import classes from './list.module.css';
import { Totals } from './Totals.tsx';
import { type Place, useGrid } from './useGrid.ts';
import { useScrollPlace } from './useScrollPlace.ts';
import type { Selection } from './useSelection.ts';

interface Props {
  meta: KindMeta;
  columns: Field[];
  rows: Row[];
  sort: string | null;
  onSort: (sort: string | null) => void;
  summary: Summary | undefined;
  selection: Selection;
  /** Fetches the next page; undefined when all is here. */
  more: (() => void) | undefined;
  onOpen: (row: Row) => void;
  /** Told when a row is opened by its link. */
  onVisit: (row: Row) => void;
}

const tickWidth = 40;
const ahead = 20;

/** The rows, however many: only those in sight are drawn, and the next page comes before it is reached. */
export function ListTable(props: Props) {
  const { meta, columns, rows, sort, onSort, summary, selection, more, onOpen, onVisit } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const [editing, setEditing] = useState<Place | null>(null);
  const rights = useRights(meta.name);
  const rowHeight = matchMedia('(pointer: coarse)').matches ? 40 : 32;
  const start = useScrollPlace(scroller);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (i) => rows[i]?.id ?? i,
    overscan: 12,
    initialOffset: start,
    scrollPaddingStart: 32,
    scrollPaddingEnd: 40,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - ahead) more();
  }, [more, last, rows.length]);

  const editable = (field: Field | undefined) => rights.update && field !== undefined && !field.readonly;
  const edit = (place: Place) => editable(columns[place.col]) && setEditing(place);
  const open = (index: number) => {
    const row = rows[index];
    if (row) onOpen(row);
  };
  const grid = useGrid({
    rows: rows.length,
    cols: columns.length,
    page: 20,
    table,
    virtual,
    isSelected: (i) => selection.ids.has(rows[i]?.id ?? -1),
    onSelect: selection.toggle,
    onOpen: open,
    onEdit: edit,
  });
  const { go, active, setActive } = grid;
  const closeEditor = useCallback(
    (refocus: boolean) => {
      setEditing(null);
      if (refocus) go(active.row, active.col);
    },
    [go, active],
  );

  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const width = columns.reduce((sum, f, i) => sum + widthOf(f, i === 0), tickWidth);
  return (
    <div ref={scroller} className={classes.scroller}>
      <table
        ref={table}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table moved about in by key is a grid
        role="grid"
        className={classes.table}
        style={{ minWidth: width }}
        aria-label={t('list.grid', { kinds: meta.labels })}
        aria-rowcount={summary?.count ?? -1}
        aria-multiselectable
        onKeyDown={grid.onKeyDown}
        onFocus={grid.onFocus}
        onBlur={grid.onBlur}
      >
        <colgroup>
          <col style={{ width: tickWidth }} />
          {columns.map((f, i) => (
            <col key={f.name} style={{ width: widthOf(f, i === 0) }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col" className={classes.tick}>
              <Checkbox
                aria-label={t('list.selectAll')}
                checked={selection.all}
                indeterminate={!selection.all && selection.rows.length > 0}
                onChange={selection.toggleAll}
              />
            </th>
            {columns.map((field) => (
              <HeadCell key={field.name} field={field} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map(({ index, key }) => {
            const row = rows[index];
            if (!row) return null;
            const chosen = selection.ids.has(row.id);
            return (
              <tr key={key} aria-rowindex={index + 2} aria-selected={chosen} data-on={chosen || undefined}>
                <td className={classes.tick}>
                  <Checkbox
                    aria-label={t('list.selectRow', { title: titleOf(row) })}
                    tabIndex={-1}
                    checked={chosen}
                    onChange={() => {}}
                    onClick={(e) => selection.toggle(index, e.shiftKey)}
                  />
                </td>
                {columns.map((field, col) => {
                  const here = active.row === index && active.col === col;
                  const open = editing?.row === index && editing.col === col;
                  return (
                    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the grid
                    <td
                      key={field.name}
                      data-cell={`${index}-${col}`}
                      data-editing={open || undefined}
                      className={isNumeric(field) ? 'num' : undefined}
                      tabIndex={here ? 0 : -1}
                      title={editable(field) && col > 0 ? t('list.cellHint') : undefined}
                      onClick={() => setActive({ row: index, col })}
                      onFocus={() => !here && setActive({ row: index, col })}
                      onDoubleClick={() => edit({ row: index, col })}
                    >
                      {open ? (
                        <CellEditor kind={meta.name} row={row} field={field} onClose={closeEditor} />
                      ) : (
                        <div className="cut">
                          <CellText
                            kind={meta.name}
                            row={row}
                            field={field}
                            title={col === 0}
                            onVisit={() => onVisit(row)}
                          />
                        </div>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
        {summary && <Totals meta={meta} columns={columns} summary={summary} />}
      </table>
    </div>
  );
}
