import { Button, Radio, Stack } from '@mantine/core';
import { dateText } from '../../format/dates.ts';
import { numberText } from '../../format/locale.ts';
import { Icon } from '../../parts/Icon.tsx';
import { type PlainKey, t } from '../../texts/index.ts';
import type { Draft } from './draft.ts';
import classes from './import.module.css';
import type { DateOrder, Upload } from './types.ts';

interface Props {
  upload: Upload;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  onAnother: () => void;
}

const delimiters: Record<string, PlainKey> = {
  ',': 'import.delimiter.comma',
  ';': 'import.delimiter.semicolon',
  '\t': 'import.delimiter.tab',
  '|': 'import.delimiter.pipe',
};

/** What the file turned out to be, and the questions that only a person can answer. */
export function FoundPanel({ upload, draft, onDraft, onAnother }: Props) {
  const delimiter = upload.delimiter && delimiters[upload.delimiter];
  const facts: [string, string][] = [
    [t('import.encoding'), upload.encoding],
    ...(upload.delimiter
      ? [[t('import.delimiter'), delimiter ? t(delimiter) : upload.delimiter] as [string, string]]
      : []),
    [
      t('import.dates'),
      t(
        upload.dates_ambiguous && !draft.dates
          ? 'import.order.ask'
          : (`import.order.${asOrder(draft.dates) ?? asOrder(upload.date_order) ?? 'unknown'}` as PlainKey),
      ),
    ],
  ];
  return (
    <section className={`panel ${classes.box}`} aria-labelledby="found">
      <div className={classes.found}>
        <Icon name="file" />
        <div className="grow">
          <h2 id="found" className="t14 b cut">
            {upload.filename}
          </h2>
          <p className="t13 i2">
            {t(upload.rows_exact === false ? 'import.rowsAbout' : 'import.rows', { n: upload.rows })} ·{' '}
            {t('import.columns', { n: upload.header.length })}
            {upload.preset && ` · ${t('import.looksLike', { product: upload.preset })}`}
          </p>
        </div>
        <Button size="sm" onClick={onAnother}>
          {t('import.another')}
        </Button>
      </div>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {upload.dates_ambiguous && <AskDates upload={upload} draft={draft} onDraft={onDraft} />}
    </section>
  );
}

const asOrder = (order: string | null | undefined): DateOrder | undefined =>
  order === 'dmy' || order === 'mdy' || order === 'ymd' ? order : undefined;

const either = /^(\d{1,2})[./-](\d{1,2})[./-](\d{2,4})\b/;

/** The order of dates is asked with dates of the file itself, each written out both ways. */
function AskDates({ upload, draft, onDraft }: Omit<Props, 'onAnother'>) {
  const asked = upload.columns?.flatMap((column, i) => (column.ask_order ? [i] : []));
  const cells = upload.sample
    .flatMap((row) => (asked ? asked.map((i) => row[i] ?? null) : row))
    .filter((cell): cell is string => cell !== null && either.test(cell));
  const example = cells.find((cell) => differs(cell)) ?? cells[0];
  return (
    <Radio.Group
      className={classes.ask}
      label={t('import.askDates')}
      description={
        example ? t('import.askDatesHint', { example: `“${example}”` }) : t('import.askDatesPlain')
      }
      value={draft.dates ?? ''}
      onChange={(dates) => onDraft({ ...draft, dates: dates as DateOrder })}
    >
      <Stack gap="sm" mt="sm">
        {(['dmy', 'mdy'] as const).map((order) => {
          const date = example && reading(example, order);
          const word = t(`import.order.${order}`);
          return (
            <Radio key={order} value={order} label={date ? t('import.reads', { order: word, date }) : word} />
          );
        })}
      </Stack>
    </Radio.Group>
  );
}

const parts = (cell: string) => either.exec(cell)!.slice(1, 4).map(Number) as [number, number, number];
const differs = (cell: string) => parts(cell)[0] !== parts(cell)[1];

function reading(cell: string, order: 'dmy' | 'mdy'): string | null {
  const [first, second, year] = parts(cell);
  const [day, month] = order === 'dmy' ? [first, second] : [second, first];
  if (month > 12 || day > 31) return null;
  const whole = year < 100 ? 2000 + year : year;
  const iso = `${whole}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  const text = dateText(iso);
  return text.includes(numberText(whole).replace(/\D/g, '')) ? text : `${text} ${whole}`;
}
