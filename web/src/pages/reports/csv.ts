/** A cell of an exported table: numbers stay numbers, with a point, whatever the reader's locale. */
export type Cell = string | number | null;

/* A text that a spreadsheet would take for a formula is given an apostrophe. */
const write = (cell: Cell) => {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const csvText = (rows: Cell[][]) => `${rows.map((row) => row.map(write).join(',')).join('\r\n')}\r\n`;

/** Hands the table to the person as a file. */
export function saveCsv(name: string, rows: Cell[][]) {
  const address = URL.createObjectURL(new Blob(['\ufeff', csvText(rows)], { type: 'text/csv' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: `${name}.csv` });
  link.click();
  URL.revokeObjectURL(address);
}
