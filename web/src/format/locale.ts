/*
 * The reader's locale and the workspace's time zone, set once when the session is known.
 * Formatters are made once per locale and kept, because making one costs more than using it.
 */

let locale: string | undefined;
let zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const kept = new Map<string, unknown>();

export function setLocale(newLocale: string | null | undefined, timeZone: string | null | undefined) {
  locale = valid(newLocale);
  if (timeZone) zone = timeZone;
  kept.clear();
}

function valid(tag: string | null | undefined) {
  if (!tag) return undefined;
  try {
    return Intl.getCanonicalLocales(tag.replace('_', '-'))[0];
  } catch {
    return undefined;
  }
}

export const currentLocale = () => locale;
export const currentZone = () => zone;

function keep<T>(key: string, make: () => T): T {
  let formatter = kept.get(key) as T | undefined;
  if (!formatter) {
    formatter = make();
    kept.set(key, formatter);
  }
  return formatter;
}

export const numberFormat = (options: Intl.NumberFormatOptions = {}) =>
  keep(`n${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));

export const dateFormat = (options: Intl.DateTimeFormatOptions, timeZone = zone) =>
  keep(
    `d${timeZone}${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, { ...options, timeZone }),
  );

export const numberText = (n: number) => numberFormat({ maximumFractionDigits: 2 }).format(n);
export const percentText = (rate: number, digits = 0) =>
  numberFormat({ style: 'percent', maximumFractionDigits: digits }).format(rate);
