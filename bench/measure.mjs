// Rounds in which reference and product take turns, and what becomes of them: one row of the table.
import { median, program, run } from './place.mjs';

// One run of the load generator.
export async function load(options) {
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { code, stdout, stderr } = await run(program('load'), words, { okay: [0, 1] });
  if (!stdout.trim()) throw new Error(stderr);
  const result = JSON.parse(stdout);
  if (code !== 0 && result.errors === 0) throw new Error(stderr);
  return { ...result, words: stderr };
}

// Without references, for those who only look at the product: how cost grows.
let alone = false;
export const leaveReferencesOut = () => {
  alone = true;
};

// `reference` and `product` are functions that measure once: {per_second, …}; reference may be null.
export async function rounds(count, reference, product) {
  const told = { reference: [], product: [] };
  for (let i = 0; i < count; i++) {
    if (reference && !alone) told.reference.push(await reference(i));
    told.product.push(await product(i));
  }
  return told;
}

const round = (n, digits) => (n === null || n === undefined ? null : Number(n.toFixed(digits)));
function middle(list, key) {
  const known = list.map((r) => r[key]).filter((n) => n !== undefined);
  return known.length ? median(known) : null;
}

export function row({ work, clients = null, reference = null, goal = null, grows }, told, more = {}) {
  const perSecond = middle(told.product, 'per_second');
  const referencePerSecond = middle(told.reference, 'per_second');
  return {
    work,
    clients,
    per_second: round(perSecond, 1),
    p50_ms: round(middle(told.product, 'p50_ms'), 3),
    p99_ms: round(middle(told.product, 'p99_ms'), 3),
    reference_per_second: round(referencePerSecond, 1),
    ratio: referencePerSecond && perSecond !== null ? round(perSecond / referencePerSecond, 3) : null,
    errors: told.product.concat(told.reference).reduce((n, r) => n + (r.errors ?? 0), 0),
    reference,
    goal,
    grows,
    generator_cpu: told.product.some((r) => r.cpu !== undefined)
      ? round(middle(told.product, 'cpu'), 2)
      : undefined,
    words:
      [...new Set([...told.product, ...told.reference].map((r) => r.words).filter(Boolean))].join('') ||
      undefined,
    ...more,
  };
}

// Does a row keep what is asked of it? null when nothing is.
export function keeps(r) {
  if (!r.goal) return null;
  return Object.entries(r.goal).every(([what, bar]) => {
    if (what === 'ratio') return r.ratio !== null && r.ratio >= bar;
    if (what === 'times') return r.times !== undefined && r.times >= bar;
    const value = { p99_ms: r.p99_ms, ms: r.p50_ms, mb: r.mb }[what];
    return value !== null && value !== undefined && value < bar;
  });
}
