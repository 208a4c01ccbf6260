import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Field } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import { FieldInput } from '../fields/FieldInput.tsx';
import { Icon } from '../Icon.tsx';
import classes from './filters.module.css';
import { isSpan, rangeOf, type SpanName } from './words.ts';

interface Props {
  field: Field;
  word: string | null;
  spans: readonly SpanName[];
  onChange: (word: string | null) => void;
}

/** From and to of a day or a number; for days also the spans that move with the calendar. */
export function RangeForm({ field, word, spans, onChange }: Props) {
  const set = word && !isSpan(word) ? rangeOf(word) : {};
  const numeric = !['day', 'instant'].includes(field.type);
  const read = (end: string | undefined) => (end === undefined ? null : numeric ? Number(end) : end);
  const [from, setFrom] = useState<unknown>(read(set.from));
  const [to, setTo] = useState<unknown>(read(set.to));
  const end = (name: string, label: string): Field => ({
    ...field,
    name,
    label,
    type: numeric ? field.type : 'day',
    required: false,
  });
  return (
    <>
      {spans.map((span) => (
        <button key={span} type="button" className={classes.span} onClick={() => onChange(`@${span}`)}>
          <span>{t(`filter.span.${span}`)}</span>
          {word === `@${span}` && <Icon name="tick" small />}
        </button>
      ))}
      <form
        className={classes.range}
        onSubmit={(e) => {
          e.preventDefault();
          onChange(from === null && to === null ? null : `${from ?? ''}..${to ?? ''}`);
        }}
      >
        <FieldInput form field={end('from', t('filter.fromLabel'))} value={from} onChange={setFrom} />
        <FieldInput form field={end('to', t('filter.toLabel'))} value={to} onChange={setTo} />
        <Button type="submit" size="sm">
          {t('filter.apply')}
        </Button>
      </form>
    </>
  );
}
