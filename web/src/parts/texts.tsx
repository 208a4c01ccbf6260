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
  return <span title={hover || undefined}>{text}</span>;
}

/** A day or an instant as people say it, exact on hover. `due` says how late and takes the light's colour. */
export function DateText({ value, due, plain }: { value: string; due?: boolean; plain?: boolean }) {
  const text = due ? dueText(value) : plain ? dateText(value) : relativeText(value);
  return (
    <time dateTime={value} title={exactText(value)} className={due ? `is-${lightOf(value)}` : undefined}>
      {text}
    </time>
  );
}

/** The word for something not filled in. */
export const Unknown = () => <span className="i3">{t('field.empty')}</span>;
