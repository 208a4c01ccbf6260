import { Tooltip } from '@mantine/core';
import { dateText, dueText, exactText, lightOf, relativeText } from '../format/dates.ts';
import { type Money, moneyShort, moneyText } from '../format/money.ts';
import { t } from '../texts/index.ts';

/** An amount in its own currency; what it is in the base currency shows on hover when `base` is given. */
export function MoneyText({
  amount,
  currency,
  base,
  short,
}: Money & { base?: Money | null; short?: boolean }) {
  const text = short ? moneyShort(amount, currency) : moneyText(amount, currency);
  const hover = [
    short && moneyText(amount, currency),
    base && base.currency !== currency && moneyText(base.amount, base.currency),
  ]
    .filter(Boolean)
    .join(' · ');
  const body = <span className="money">{text}</span>;
  return hover ? <Tooltip label={hover}>{body}</Tooltip> : body;
}

/** A day or an instant as people say it, exact on hover. `due` says how late and takes the light's colour. */
export function DateText({ value, due, plain }: { value: string; due?: boolean; plain?: boolean }) {
  const text = due ? dueText(value) : plain ? dateText(value) : relativeText(value);
  return (
    <Tooltip label={exactText(value)}>
      <time dateTime={value} className={due ? `is-${lightOf(value)}` : undefined}>
        {text}
      </time>
    </Tooltip>
  );
}

/** The word for something not filled in. */
export const Unknown = () => <span className="i3">{t('field.empty')}</span>;
