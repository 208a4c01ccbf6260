import { Children, type ReactNode, useEffect, useRef, useState } from 'react';
import { numberText } from '../../format/locale.ts';
import { t } from '../../texts/index.ts';
import type { Column } from './data.ts';
import classes from './phone.module.css';

interface Props {
  stages: Column[];
  /** Between the names and the columns. */
  bar: ReactNode;
  children: ReactNode;
}

/** One column in the middle, its neighbours peeking at the edges; the names above it lead there and follow the swipe. */
export function PhoneColumns({ stages, bar, children }: Props) {
  const snap = useRef<HTMLDivElement>(null);
  const names = useRef<HTMLElement>(null);
  const [here, setHere] = useState(0);

  const goTo = (index: number) => {
    const column = snap.current?.children[index] as HTMLElement | undefined;
    column?.scrollIntoView({ inline: 'center', block: 'nearest', behavior: 'smooth' });
  };
  const follow = () => {
    const element = snap.current;
    if (!element) return;
    const width = element.scrollWidth / stages.length;
    setHere(Math.max(0, Math.min(stages.length - 1, Math.round(element.scrollLeft / width))));
  };
  useEffect(() => {
    const name = names.current?.children[here] as HTMLElement | undefined;
    if (name && names.current)
      names.current.scrollTo({
        left: name.offsetLeft - (names.current.clientWidth - name.offsetWidth) / 2,
        behavior: 'smooth',
      });
  }, [here]);

  return (
    <div className={classes.phone}>
      <nav ref={names} className={classes.stages} aria-label={t('board.columns')}>
        {stages.map((stage, i) => (
          <button
            key={stage.id}
            type="button"
            aria-current={i === here ? 'true' : undefined}
            onClick={() => goTo(i)}
          >
            {stage.name} <span>{numberText(stage.count)}</span>
          </button>
        ))}
      </nav>
      {bar}
      <div ref={snap} className={classes.snap} onScroll={follow}>
        {Children.map(children, (child, i) => (
          <div className={classes.slide} data-here={i === here || undefined} inert={i !== here}>
            {child}
          </div>
        ))}
      </div>
    </div>
  );
}
