import { useIsFetching, useQueries } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../../../api/client.ts';
import { useList } from '../../../api/records.ts';
import {
  addDays,
  dayFromNumber,
  dayNumber,
  dayOf,
  longDayText,
  monthText,
  today,
} from '../../../format/dates.ts';
import { startOfDay } from '../../../format/zone.ts';
import { goTo } from '../../../parts/past.ts';
import { t } from '../../../texts/index.ts';
import classes from './past.module.css';

const bars = 40;
const leastDays = 90;
const width = 1000;

const quick = 900;

interface Totals {
  total: { value: number };
}

/** From the first deal of the pipeline to today. */
function useReach(pipeline: number) {
  const oldest = useList('deals', { pipeline_id: pipeline, sort: 'opened_at', limit: 1 }).data?.data[0]
    ?.opened_at;
  const end = dayNumber(today());
  const first = oldest ? dayNumber(dayOf(String(oldest))) : end - 365;
  return { start: Math.min(first, end - leastDays), end };
}

/* How full the pipeline was, at even steps. One is asked for at a time, when the board itself is there, and only
 * for as long as the answers come quickly: the picture is an extra, and a large past takes work to read. */
function useHeights(pipeline: number, start: number, end: number): (number | null)[] {
  const days = useMemo(
    () =>
      Array.from({ length: bars }, (_, i) =>
        dayFromNumber(Math.round(start + ((i + 1) * (end - start)) / bars)),
      ),
    [start, end],
  );
  const idle = useIsFetching({ queryKey: ['board'] }) === 0;
  const [answered, setAnswered] = useState(0);
  const results = useQueries({
    queries: days.map((day, i) => ({
      queryKey: ['past', 'total', pipeline, day],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const began = performance.now();
        const as_of = startOfDay(addDays(day, 1));
        const { total } = await api.get<Totals>('/board', { pipeline, limit: 1, as_of }, signal);
        return { value: total.value, slow: performance.now() - began > quick };
      },
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
      enabled: idle && i <= answered,
    })),
  });
  const missing = results.findIndex((r) => !r.data || r.data.slow);
  useEffect(() => setAnswered(missing < 0 ? bars : missing), [missing]);
  if (results.some((r) => r.data?.slow)) return [];
  const values = results.map((r) => r.data?.value ?? null);
  const most = Math.max(1, ...values.map((v) => v ?? 0));
  return values.map((v) => (v === null ? null : v / most));
}

/** Time as a track to slide along, with how full the pipeline was above it. Arrow keys go day by day. */
export function TimeTrack({ day, pipeline }: { day: string; pipeline: number }) {
  const { start, end } = useReach(pipeline);
  const heights = useHeights(pipeline, start, end);
  const [at, setAt] = useState(dayNumber(day));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setAt(dayNumber(day)), [day]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const slide = (n: number) => {
    setAt(n);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => goTo(dayFromNumber(n)), 120);
  };
  const x = (n: number) => (width * (n - start)) / Math.max(1, end - start);
  const bar = width / bars;
  return (
    <div className={classes.track}>
      <svg viewBox={`0 0 ${width} 48`} preserveAspectRatio="none" aria-hidden="true">
        {heights.map((height, i) =>
          height === null ? null : (
            <rect
              key={i}
              className={(i + 0.5) * bar < x(at) ? classes.past : classes.since}
              x={i * bar + 2}
              width={bar - 4}
              y={24 - height * 21}
              height={height * 21}
            />
          ),
        )}
        <path className={classes.gone} d={`M0 26H${x(at)}`} vectorEffect="non-scaling-stroke" />
        <path className={classes.coming} d={`M${x(at)} 26H${width}`} vectorEffect="non-scaling-stroke" />
      </svg>
      {ticks(start, end).map(({ n, label }) => (
        <span key={n} className={classes.tick} style={{ left: `${x(n) / 10}%` }} aria-hidden>
          {label}
        </span>
      ))}
      <span className={classes.now} aria-hidden>
        {t('past.now')}
      </span>
      <span className={classes.knob} style={{ left: `${x(at) / 10}%` }} aria-hidden />
      <input
        type="range"
        min={start}
        max={end - 1}
        step={1}
        value={Math.min(Math.max(at, start), end - 1)}
        aria-label={t('past.date')}
        aria-valuetext={longDayText(dayFromNumber(at))}
        onChange={(e) => slide(Number(e.currentTarget.value))}
      />
    </div>
  );
}

/* Months while they fit, then quarters, then years. */
function ticks(start: number, end: number): { n: number; label: string }[] {
  const months = (end - start) / 30;
  const every = months <= 14 ? 1 : months <= 40 ? 3 : 12;
  const first = dayFromNumber(start);
  const marks: { n: number; label: string }[] = [];
  for (let m = Number(first.slice(5, 7)) - 1; ; m++) {
    const day = new Date(Date.UTC(Number(first.slice(0, 4)), m, 1)).toISOString().slice(0, 10);
    const n = dayNumber(day);
    if (n > end - (end - start) * 0.04) return marks;
    const month = Number(day.slice(5, 7)) - 1;
    if (n >= start && month % every === 0)
      marks.push({ n, label: month === 0 ? day.slice(0, 4) : monthText(day) });
  }
}
