import { ActionIcon } from '@mantine/core';
import { addDays, longDayText, today } from '../../../format/dates.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { goTo, type Past } from '../../../parts/past.ts';
import { t } from '../../../texts/index.ts';
import type { BoardData } from '../data.ts';
import { DiffBar } from './DiffBar.tsx';
import { useComparing } from './PastActions.tsx';
import classes from './past.module.css';
import { TimeTrack } from './TimeTrack.tsx';

interface Props {
  past: Past;
  pipeline: number | undefined;
  board: BoardData | undefined;
}

/** The date, large; a day back and on; the track along which it slides; and what has changed since. */
export function PastBar({ past, pipeline, board }: Props) {
  const comparing = useComparing();
  return (
    <>
      <section className={classes.time} aria-label={t('past.date')}>
        <div>
          <p className="t12 i3">{t('past.boardAsOf')}</p>
          <p className={classes.date}>{longDayText(past.day)}</p>
        </div>
        <div className={classes.step}>
          <ActionIcon
            variant="default"
            aria-label={t('past.dayBack')}
            onClick={() => goTo(addDays(past.day, -1))}
          >
            <Icon name="chevronLeft" />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={t('past.dayOn')}
            disabled={past.day >= addDays(today(), -1)}
            onClick={() => goTo(addDays(past.day, 1))}
          >
            <Icon name="chevronRight" />
          </ActionIcon>
        </div>
        {pipeline !== undefined && <TimeTrack day={past.day} pipeline={pipeline} />}
      </section>
      {comparing && pipeline !== undefined && <DiffBar past={past} pipeline={pipeline} board={board} />}
    </>
  );
}
