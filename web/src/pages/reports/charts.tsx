import { Fragment, type ReactNode } from 'react';
import { percentText } from '../../format/locale.ts';
import { t } from '../../texts/index.ts';
import classes from './reports.module.css';
import type { Rate } from './types.ts';

/*
 * Charts in rows: a label, a drawing, a figure. The drawing is SVG whose positions are in percent, so that it fits any
 * width; the label and the figure are text. The table below a chart says the same to those who do not see it.
 */

const percent = (share: number) => `${Math.max(0, Math.min(1, share)) * 100}%`;

export interface ChartRow {
  key: string | number;
  label: ReactNode;
  drawing: ReactNode;
  figure: ReactNode;
  weak?: boolean;
}

interface ChartProps {
  /** What the picture shows, for those who do not see it. */
  label: string;
  rows: ChartRow[];
  legend?: { tone: string; text: string }[];
  axis?: ReactNode;
}

export function RowChart({ label, rows, legend, axis }: ChartProps) {
  return (
    <figure className={classes.chart} aria-label={label}>
      {rows.map((row) => (
        <Fragment key={row.key}>
          <span className={classes.label} data-weak={row.weak || undefined}>
            {row.label}
          </span>
          {row.drawing}
          <span className={classes.figureCell} data-weak={row.weak || undefined}>
            {row.figure}
          </span>
        </Fragment>
      ))}
      {axis && (
        <>
          <span />
          {axis}
          <span />
        </>
      )}
      {legend && (
        <figcaption className={classes.legend}>
          {legend.map(({ tone, text }) => (
            <span key={tone}>
              <i data-tone={tone} />
              {text}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

export interface Part {
  tone: 'strong' | 'band' | 'grey';
  share: number;
  hover: string;
}

/** Bars one after the other, from zero. */
export function StackedBar({ parts }: { parts: Part[] }) {
  let at = 0;
  return (
    <svg className={classes.drawing} aria-hidden>
      <line className={classes.zero} x1="0" x2="0" y1="0" y2="100%" />
      {parts.map((part) => {
        const x = at;
        at += part.share;
        return (
          <rect
            key={part.tone}
            data-tone={part.tone}
            x={percent(x)}
            width={percent(part.share)}
            y="15%"
            height="70%"
          >
            <title>{part.hover}</title>
          </rect>
        );
      })}
    </svg>
  );
}

/** A bar inside a bar: the part of it that counts. */
export function NestedBar({ outer, inner, hover }: { outer: number; inner: number; hover: string }) {
  return (
    <svg className={classes.drawing} aria-hidden>
      <line className={classes.zero} x1="0" x2="0" y1="0" y2="100%" />
      <rect data-tone="band" x="0" width={percent(outer)} y="15%" height="70%">
        <title>{hover}</title>
      </rect>
      <rect data-tone="strong" x="0" width={percent(inner)} y="15%" height="70%" />
    </svg>
  );
}

/** A bar that begins where the one before it ended. */
export function FloatBar({
  from,
  to,
  tone,
  hover,
  last,
}: {
  from: number;
  to: number;
  tone: Part['tone'];
  hover: string;
  last: boolean;
}) {
  const low = Math.max(0, Math.min(from, to));
  return (
    <svg className={classes.drawing} aria-hidden>
      <line className={classes.zero} x1="0" x2="0" y1="0" y2="100%" />
      {!last && <line className={classes.grid} x1={percent(to)} x2={percent(to)} y1="50%" y2="150%" />}
      <rect data-tone={tone} x={percent(low)} width={percent(Math.abs(to - from))} y="15%" height="70%">
        <title>{hover}</title>
      </rect>
    </svg>
  );
}

/** From zero to where half are, and on to where most are; what is not reached runs to the edge. */
export function SpanBar({
  half,
  most,
  top,
  hover,
}: {
  half: number | null;
  most: number | null;
  top: number;
  hover: string;
}) {
  return (
    <NestedBar outer={most === null ? 1 : most / top} inner={half === null ? 0 : half / top} hover={hover} />
  );
}

const ticks = [0, 0.25, 0.5, 0.75, 1];

/** A rate as a dot on its interval, from 0 to 100 %; `mark` is the line to compare with. */
export function RateDot({ rate, mark }: { rate: Rate; mark?: number | null }) {
  const hover =
    rate.rate === null
      ? ''
      : `${percentText(rate.rate)} · ${t('reports.interval', {
          low: percentText(rate.low ?? 0),
          high: percentText(rate.high ?? 1),
        })} · ${t('reports.ofN', { x: rate.x, n: rate.n })}`;
  return (
    <svg className={classes.drawing} aria-hidden data-weak={rate.weak || undefined}>
      {ticks.map((tick) => (
        <line
          key={tick}
          className={tick === 0 ? classes.zero : classes.grid}
          x1={percent(tick)}
          x2={percent(tick)}
          y1="0"
          y2="100%"
        />
      ))}
      {mark != null && (
        <line className={classes.mark} x1={percent(mark)} x2={percent(mark)} y1="0" y2="100%" />
      )}
      {rate.rate !== null && (
        <>
          <rect
            data-tone="band"
            rx="2"
            x={percent(rate.low ?? 0)}
            width={percent((rate.high ?? 1) - (rate.low ?? 0))}
            y="25%"
            height="50%"
          />
          <circle cx={percent(rate.rate)} cy="50%" r="5">
            <title>{hover}</title>
          </circle>
        </>
      )}
    </svg>
  );
}

/** 0 to 100 % under a chart of rates. */
export function RateAxis() {
  return (
    <span className={classes.axis} aria-hidden>
      {ticks.map((tick) => (
        <span key={tick}>{percentText(tick)}</span>
      ))}
    </span>
  );
}
