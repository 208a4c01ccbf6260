import classes from './reports.module.css';

interface Props {
  label: string;
  least: number;
  low: number;
  middle: number;
  high: number;
  text: (x: number) => string;
}

/** Where the middle half of all amounts lies, and the middle of it. */
export function RangeBox({ label, least, low, middle, high, text }: Props) {
  const top = high * 1.35 || 1;
  const at = (x: number) => `${(Math.max(0, Math.min(top, x)) / top) * 100}%`;
  return (
    <figure className={classes.range} aria-label={label}>
      <svg className={classes.drawing} aria-hidden>
        <line className={classes.zero} x1={at(Math.min(least, low))} x2={at(top)} y1="50%" y2="50%" />
        <rect
          data-tone="band"
          x={at(low)}
          width={`${((high - low) / top) * 100}%`}
          y="15%"
          height="70%"
          rx="2"
        />
        <line className={classes.middle} x1={at(middle)} x2={at(middle)} y1="5%" y2="95%" />
      </svg>
      <figcaption className={classes.rangeWords}>
        {[low, middle, high].map((x, i) => (
          <span key={i} style={{ left: at(x) }}>
            {text(x)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
