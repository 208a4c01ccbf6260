import type { Light as State } from '../format/dates.ts';
import { t } from '../texts/index.ts';
import classes from './marks.module.css';

const drawings: Record<State, React.ReactNode> = {
  none: (
    <circle
      cx="7"
      cy="7"
      r="5.75"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeDasharray="2 2.5"
    />
  ),
  planned: (
    <g fill="none" stroke="currentColor" strokeWidth="1.5">
      <circle cx="7" cy="7" r="5.75" />
      <path d="M7 4.25V7l1.75 1.25" />
    </g>
  ),
  today: (
    <>
      <circle cx="7" cy="7" r="6.5" fill="currentColor" />
      <path d="M7 3.75V7l2.25 1.5" stroke="var(--paper)" strokeWidth="1.5" fill="none" />
    </>
  ),
  overdue: (
    <>
      <circle cx="7" cy="7" r="6.5" fill="currentColor" />
      <path d="M7 3.75V7.5M7 10v.01" stroke="var(--paper)" strokeWidth="1.75" />
    </>
  ),
};

/** Whether the next step is late, due today, planned or missing: by shape as well as by colour. */
export function Light({ state, decorative }: { state: State; decorative?: boolean }) {
  const word = decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': t(`light.${state}`) };
  return (
    <svg viewBox="0 0 14 14" className={classes.light} data-light={state} {...word}>
      {drawings[state]}
    </svg>
  );
}
