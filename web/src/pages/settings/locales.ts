/* The ways of writing numbers and dates that are offered; any other that is set already stays. */
const usual = [
  'en-GB',
  'en-IE',
  'en-US',
  'de-DE',
  'de-AT',
  'de-CH',
  'fr-FR',
  'fr-CH',
  'es-ES',
  'it-IT',
  'nl-NL',
  'pt-PT',
  'pt-BR',
  'pl-PL',
  'cs-CZ',
  'sk-SK',
  'sv-SE',
  'da-DK',
  'nb-NO',
  'fi-FI',
  'et-EE',
  'hu-HU',
  'ro-RO',
  'el-GR',
  'tr-TR',
  'ja-JP',
];

export function localeChoices(now: string | null) {
  const codes = now && now !== 'null' ? [now, ...usual] : usual;
  return [...new Set(codes)].map((value) => ({ value, label: labelOf(value) }));
}

function labelOf(code: string): string {
  try {
    return `${new Intl.DisplayNames(undefined, { type: 'language' }).of(code)} · ${new Intl.NumberFormat(code).format(1234.5)}`;
  } catch {
    return code;
  }
}
