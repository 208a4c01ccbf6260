import type { Upload } from './types.ts';

/*
 * The texts that stand in a column and how often, read from the file itself while it is here, because the
 * server only sends the first rows. Of a long file its beginning; of a workbook only what the server sent.
 */

export type Texts = Map<string, Map<string, number>>;

const most = 4 * 1024 * 1024;
const kept = 60;

export async function columnTexts(file: File, upload: Upload): Promise<Texts> {
  const texts: Texts = new Map(upload.header.map((header) => [header, new Map<string, number>()]));
  const put = (row: (string | null)[]) => {
    upload.header.forEach((header, i) => {
      const text = row[i]?.trim();
      const counts = texts.get(header);
      if (!text || !counts || (counts.size > kept && !counts.has(text))) return;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    });
  };
  if (upload.delimiter?.length === 1 && !/\.(xlsx|json)$/i.test(file.name)) {
    const bytes = await file.slice(0, most).arrayBuffer();
    const rows = records(decode(bytes, upload.encoding), upload.delimiter);
    let first = true;
    for (const row of rows) {
      if (!first) put(row);
      first = false;
    }
  } else for (const row of upload.sample) put(row);
  return texts;
}

function decode(bytes: ArrayBuffer, encoding: string): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/* Fields may stand in quotes; a quote inside them is doubled. */
function* records(text: string, delimiter: string): Generator<string[]> {
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === delimiter) {
      row.push(cell);
      cell = '';
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') i += 1;
      if (cell !== '' || row.length > 0) yield [...row, cell];
      row = [];
      cell = '';
    } else cell += c;
  }
  if (cell !== '' || row.length > 0) yield [...row, cell];
}
