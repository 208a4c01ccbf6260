import { Checkbox, MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { useState } from 'react';
import { useMeta } from '../../api/session.ts';
import type { Field, Row } from '../../api/types.ts';
import { numberText } from '../../format/locale.ts';
import { moneyText, parseAmount } from '../../format/money.ts';
import { t } from '../../texts/index.ts';
import classes from './fields.module.css';
import { InstantInput } from './InstantInput.tsx';
import { RefPicker } from './RefPicker.tsx';

export interface InputProps {
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  /** The row it belongs to: a stage is picked among those of its pipeline. */
  row?: Partial<Row>;
  /** The currency amounts of this row are in. */
  currency?: string;
  error?: string;
  autoFocus?: boolean;
  onBlur?: () => void;
  onCancel?: () => void;
  /** In a form the label stands above; edited in place it is only told to screen readers. */
  form?: boolean;
}

/** A way to fill in a field, by the type /meta gives it. One row per type; whoever adds a type adds a row. */
const inputs: Record<Field['type'], (props: InputProps) => React.ReactNode> = {
  text: (p) => <LineInput {...p} />,
  email: (p) => <LineInput {...p} type="email" />,
  phone: (p) => <LineInput {...p} type="tel" />,
  url: (p) => <LineInput {...p} type="url" />,
  longtext: (p) => <TextArea {...p} />,
  markdown: (p) => <TextArea {...p} />,
  integer: (p) => <NumberField {...p} hint={t('field.notNumber')} write={(n) => numberText(n)} />,
  decimal: (p) => <NumberField {...p} hint={t('field.notNumber')} write={(n) => numberText(n)} />,
  money: (p) => (
    <NumberField
      {...p}
      hint={t('field.notAmount')}
      write={(n) => (p.currency ? moneyText(n, p.currency) : numberText(n))}
    />
  ),
  currency: (p) => <CurrencyInput {...p} />,
  day: (p) => (
    <DateInput
      {...named(p)}
      value={(p.value as string | null) ?? null}
      onChange={p.onChange}
      clearable={!p.field.required}
      valueFormat="D MMM YYYY"
      {...calendar}
    />
  ),
  instant: (p) => (
    <InstantInput
      label={p.field.label}
      showLabel={p.form}
      required={p.field.required}
      error={p.error}
      autoFocus={p.autoFocus}
      onBlur={p.onBlur}
      value={(p.value as string | null) ?? null}
      onChange={p.onChange}
    />
  ),
  boolean: (p) => (
    <Checkbox
      label={p.form ? p.field.label : undefined}
      aria-label={p.field.label}
      checked={p.value === true}
      autoFocus={p.autoFocus}
      onChange={(e) => p.onChange(e.currentTarget.checked)}
      onBlur={p.onBlur}
    />
  ),
  choice: (p) => (
    <Select
      {...named(p)}
      data={choicesOf(p.field)}
      value={(p.value as string | null) ?? null}
      onChange={p.onChange}
      clearable={!p.field.required}
      searchable={(p.field.choices?.length ?? 0) > 8}
    />
  ),
  choices: (p) => (
    <MultiSelect
      {...named(p)}
      data={choicesOf(p.field)}
      value={(p.value as string[] | null) ?? []}
      onChange={p.onChange}
    />
  ),
  ref: (p) => (
    <RefPicker
      kind={p.field.ref ?? ''}
      value={(p.value as number | null) ?? null}
      onChange={p.onChange}
      label={p.field.label}
      showLabel={p.form}
      error={p.error}
      autoFocus={p.autoFocus}
      onBlur={p.onBlur}
      onCancel={p.onCancel}
      clearable={!p.field.required}
      filter={filterOf(p)}
      creatable={p.field.ref === 'organisations' || p.field.ref === 'people'}
    />
  ),
  refs: (p) => <RefsInput {...p} />,
  json: (p) => <JsonInput {...p} />,
};

export const FieldInput = (props: InputProps) => inputs[props.field.type](props);

const calendar = {
  ariaLabels: {
    nextMonth: t('calendar.nextMonth'),
    previousMonth: t('calendar.previousMonth'),
    nextYear: t('calendar.nextYear'),
    previousYear: t('calendar.previousYear'),
    nextDecade: t('calendar.nextDecade'),
    previousDecade: t('calendar.previousDecade'),
  },
  classNames: { day: classes.day },
};

/* What can be picked at all: stages of the row's own pipeline, people who still work here. */
function filterOf({ field, row }: InputProps): Record<string, string | number | boolean> | undefined {
  if (field.ref === 'stages' && row?.pipeline_id) return { pipeline_id: Number(row.pipeline_id) };
  return field.ref === 'users' ? { active: true } : undefined;
}

const choicesOf = (field: Field) => (field.choices ?? []).map((c) => ({ value: c.key, label: c.label }));

const named = ({ field, form, error, autoFocus, onBlur }: InputProps) => ({
  ...(form ? { label: field.label, withAsterisk: field.required } : { 'aria-label': field.label }),
  error,
  autoFocus,
  'data-autofocus': autoFocus || undefined,
  onBlur,
});

function LineInput(props: InputProps & { type?: string }) {
  const { value, onChange, field, type } = props;
  return (
    <TextInput
      {...named(props)}
      type={type}
      maxLength={field.max ?? undefined}
      value={String(value ?? '')}
      onChange={(e) => onChange(e.currentTarget.value || null)}
    />
  );
}

function TextArea(props: InputProps) {
  const { value, onChange, field } = props;
  return (
    <Textarea
      {...named(props)}
      autosize
      minRows={2}
      maxRows={14}
      maxLength={field.max ?? undefined}
      value={String(value ?? '')}
      onChange={(e) => onChange(e.currentTarget.value || null)}
    />
  );
}

/** A number as people type it: 12,500 and 12.5k both do. What was typed stays until it can be read. */
function NumberField(props: InputProps & { hint: string; write: (n: number) => string }) {
  const { value, onChange, error, hint, write } = props;
  const [text, setText] = useState<string | null>(null);
  const unreadable = text !== null && text.trim() !== '' && parseAmount(text) === undefined;
  return (
    <TextInput
      {...named(props)}
      inputMode="decimal"
      value={text ?? (typeof value === 'number' ? write(value) : '')}
      error={unreadable ? hint : error}
      onFocus={(e) => {
        setText(typeof value === 'number' ? String(value) : '');
        const input = e.currentTarget;
        requestAnimationFrame(() => input.select());
      }}
      onChange={(e) => {
        const typed = e.currentTarget.value;
        setText(typed);
        const amount = parseAmount(typed);
        if (typed.trim() === '') onChange(null);
        else if (amount !== undefined) onChange(amount);
      }}
      onBlur={() => {
        if (!unreadable) setText(null);
        props.onBlur?.();
      }}
    />
  );
}

function CurrencyInput(props: InputProps) {
  const { currencies } = useMeta();
  return (
    <Select
      {...named(props)}
      searchable
      data={currencies.map((c) => c.code)}
      value={(props.value as string | null) ?? null}
      onChange={props.onChange}
      allowDeselect={!props.field.required}
    />
  );
}

function RefsInput({ field, value, onChange }: InputProps) {
  const ids = (value as number[] | null) ?? [];
  return (
    <div className="stack">
      {[...ids, null].map((id, place) => (
        <RefPicker
          key={id ?? 'next'}
          kind={field.ref ?? ''}
          label={field.label}
          value={id}
          clearable
          creatable={field.ref === 'tags'}
          onChange={(next) =>
            onChange([...ids.slice(0, place), ...(next === null ? [] : [next]), ...ids.slice(place + 1)])
          }
        />
      ))}
    </div>
  );
}

function JsonInput(props: InputProps) {
  const [text, setText] = useState(() => JSON.stringify(props.value ?? null, null, 2));
  const [broken, setBroken] = useState(false);
  return (
    <Textarea
      {...named(props)}
      autosize
      minRows={3}
      value={text}
      error={broken ? t('field.notJson') : props.error}
      onChange={(e) => {
        setText(e.currentTarget.value);
        try {
          props.onChange(JSON.parse(e.currentTarget.value));
          setBroken(false);
        } catch {
          setBroken(true);
        }
      }}
    />
  );
}
