import { numberText, percentText } from '../../format/locale.ts';
import classes from './curve.module.css';
import type { CyclePoint } from './types.ts';

/* Shares over days as steps. The drawing is stretched to the width it gets; lines keep their weight, words are text. */

const WIDTH = 1000;
const HEIGHT = 240;

export interface Band {
  tone: 'won' | 'lost';
  label: string;
  of: (p: CyclePoint) => number;
  low?: (p: CyclePoint) => number;
  high?: (p: CyclePoint) => number;
}

interface Props {
  label: string;
  points: CyclePoint[];
  bands: Band[];
}

/* Four steps that are whole percents. */
const nice = (most: number) => [0.04, 0.08, 0.2, 0.4, 0.6, 0.8, 1].find((step) => most <= step) ?? 1;

export function CurveChart({ label, points, bands }: Props) {
  const last = points.at(-1)?.day ?? 1;
  const top = nice(Math.max(...points.flatMap((p) => bands.map((b) => Math.max(b.of(p), b.high?.(p) ?? 0)))));
  const x = (day: number) => (day / Math.max(1, last)) * WIDTH;
  const y = (share: number) => HEIGHT - (share / top) * HEIGHT;
  const steps = (of: (p: CyclePoint) => number) =>
    points.reduce((path, p) => `${path}H${x(p.day).toFixed(1)}V${y(of(p)).toFixed(1)}`, `M0,${y(0)}`);
  const backwards = (of: (p: CyclePoint) => number) =>
    [...points].reverse().reduce((path, p) => `${path}V${y(of(p)).toFixed(1)}H${x(p.day).toFixed(1)}`, '');
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * top);
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * last));
  return (
    <figure className={classes.curve} aria-label={label}>
      <div className={classes.shares} aria-hidden>
        {[...ticks].reverse().map((tick) => (
          <span key={tick}>{percentText(tick)}</span>
        ))}
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
        {ticks.map((tick) => (
          <line key={tick} className={classes.grid} x1="0" x2={WIDTH} y1={y(tick)} y2={y(tick)} />
        ))}
        {bands.map((band) => (
          <g key={band.tone} data-tone={band.tone}>
            {band.low && band.high && (
              <path className={classes.band} d={`${steps(band.high)}${backwards(band.low)}Z`} />
            )}
            <path className={classes.line} d={steps(band.of)} />
          </g>
        ))}
      </svg>
      <div className={classes.days} aria-hidden>
        {marks.map((mark, i) => (
          <span key={i}>{numberText(mark)}</span>
        ))}
      </div>
      <figcaption className={classes.legend}>
        {bands.map((band) => (
          <span key={band.tone}>
            <i data-tone={band.tone} />
            {band.label}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
