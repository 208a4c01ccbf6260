/* What the browser knows of currencies and time zones, for the time before the server can be asked. */

const named = (type: 'currency', code: string) => {
  const name = new Intl.DisplayNames(undefined, { type }).of(code);
  return { value: code, label: name && name !== code ? `${code} · ${name}` : code };
};

export const currencyChoices = () =>
  Intl.supportedValuesOf('currency').map((code) => named('currency', code));

export function zoneChoices() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}
