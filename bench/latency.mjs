// The figures of a handful of durations in ms, for what is not measured by the load generator.
export function hold(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (q) =>
    sorted.length ? sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] : null;
  return { p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1) };
}
