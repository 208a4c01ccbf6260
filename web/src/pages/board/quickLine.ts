import { parseAmount } from '../../format/money.ts';

/* Reads a line such as "Acme renewal 12k EUR": an amount counts when a currency or a k or m says that it is one. */

const symbols: Record<string, string> = { '€': 'EUR', $: 'USD', '£': 'GBP' };
const amount =
  /\s(?:([€$£])\s?(\d[\d.,'’]*[km]?)|(\d[\d.,'’]*[km]?)\s?(?:([€$£])|([A-Z]{3}))|(\d[\d.,'’]*[km]))$/;

export interface Line {
  title: string;
  value: number | null;
  currency: string;
}

export function readLine(text: string, currency: string): Line {
  const line = text.trim();
  const match = amount.exec(line);
  const value = match && parseAmount(match[2] ?? match[3] ?? match[6] ?? '');
  if (!match || value === undefined || value === null) return { title: line, value: null, currency };
  const symbol = match[1] ?? match[4];
  return {
    title: line.slice(0, match.index).trim(),
    value,
    currency: symbol ? symbols[symbol]! : (match[5] ?? currency),
  };
}
