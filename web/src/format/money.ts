import { currentLocale, numberFormat } from './locale.ts';

export interface Money {
  amount: number;
  currency: string;
}

/** An amount in full: €141,325, with cents only where there are any. */
export function moneyText(amount: number, currency: string): string {
  const whole = Number.isInteger(amount);
  return currencyFormat(currency, whole ? { maximumFractionDigits: 0 } : {}).format(amount);
}

/** An amount for headers and totals: €412k, €2.3m. Below ten thousand it is exact to the unit. */
export function moneyShort(amount: number, currency: string): string {
  const size = Math.abs(amount);
  if (size < 10_000) return currencyFormat(currency, { maximumFractionDigits: 0 }).format(amount);
  const [unit, letter]: [number, string] =
    size < 9_999_500 ? [1e3, 'k'] : size < 9_999_500_000 ? [1e6, 'm'] : [1e9, 'bn'];
  const digits = letter === 'k' ? 0 : 1;
  const parts = currencyFormat(currency, {
    maximumFractionDigits: digits,
    minimumFractionDigits: 0,
  }).formatToParts(amount / unit);
  const last = parts.findLastIndex((p) => p.type === 'integer' || p.type === 'fraction');
  return parts.map((p, i) => (i === last ? p.value + letter : p.value)).join('');
}

/** A difference with its sign: +€628k, −€19k. */
export function moneyDelta(amount: number, currency: string): string {
  const text = moneyShort(Math.abs(amount), currency);
  return amount < 0 ? `−${text}` : `+${text}`;
}

function currencyFormat(currency: string, options: Intl.NumberFormatOptions) {
  try {
    return numberFormat({ style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...options });
  } catch {
    return numberFormat(options);
  }
}

const scales: Record<string, number> = { k: 1e3, m: 1e6 };

/** Reads what a person types as an amount: 1,250.50 · 1.250,50 · 12k · 1.5m. Undefined when it is none. */
export function parseAmount(text: string): number | undefined {
  const match = /^([-−]?)([\d.,'’\s]+)([km]?)$/i.exec(
    text.replace(/[\p{Sc}a-z]{1,3}(?=\s*\d)|\p{Sc}/giu, '').trim(),
  );
  if (!match) return undefined;
  const digits = match[2]!.replace(/[\s'’]/g, '');
  const decimal = decimalMark(digits);
  const [whole = '', part, more] = decimal === '' ? [digits] : digits.split(decimal);
  if (more !== undefined || !/^\d*([.,]\d{2,3})*$/.test(whole)) return undefined;
  const plain = whole.replace(/[.,]/g, '') + (part === undefined ? '' : `.${part}`);
  const value = Number(plain) * (scales[match[3]!.toLowerCase()] ?? 1);
  return plain === '' || !Number.isFinite(value) ? undefined : Number((match[1] ? -value : value).toFixed(6));
}

/* The mark that stands last and is followed by other than three digits is the decimal one; 1,250 asks the locale. */
function decimalMark(digits: string): '.' | ',' | '' {
  const last = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
  if (last < 0) return '';
  const mark = digits[last] as '.' | ',';
  if (digits.split(mark).length > 2) return '';
  if (digits.includes(mark === '.' ? ',' : '.')) return mark;
  if (digits.length - last - 1 !== 3) return mark;
  const local = new Intl.NumberFormat(currentLocale())
    .formatToParts(1.5)
    .find((p) => p.type === 'decimal')?.value;
  return local === mark ? mark : '';
}
