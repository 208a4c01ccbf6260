import type { ReactNode } from 'react';
import classes from './reports.module.css';

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ReactNode;
  /** Words stand on the left; numbers, the usual case, on the right. */
  words?: boolean;
}

interface Props<Row> {
  rows: Row[];
  columns: Column<Row>[];
  id: (row: Row) => string | number;
  weak?: (row: Row) => boolean;
}

/** The numbers of a report; the first column names the row. */
export function ReportTable<Row>({ rows, columns, id, weak }: Props<Row>) {
  const [first, ...rest] = columns;
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map((c, i) => (
              <th key={c.head} scope="col" className={i > 0 && !c.words ? 'num' : undefined}>
                {c.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} data-weak={weak?.(row) || undefined}>
              <th scope="row">{first?.cell(row)}</th>
              {rest.map((c) => (
                <td key={c.head} className={c.words ? undefined : 'num'}>
                  {c.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
