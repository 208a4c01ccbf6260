import { memo } from 'react';
import { daysBetween, dueText, exactText, lightOf, weekdayDateText } from '../../format/dates.ts';
import { moneyText } from '../../format/money.ts';
import { Avatar } from '../../parts/Avatar.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Light } from '../../parts/Light.tsx';
import marks from '../../parts/marks.module.css';
import { t } from '../../texts/index.ts';
import classes from './card.module.css';
import type { Card } from './data.ts';

interface Props {
  card: Card;
  /** The midnight that ends the day looked at; absent when it is now. */
  at?: string;
}

/** Four lines: title; organisation and value; next step with its light; owner, age in stage and marks. */
export const CardView = memo(function CardView({ card, at }: Props) {
  const moment = at ? new Date(Date.parse(at) - 1) : new Date();
  const next = card.next_activity;
  const light = lightOf(next?.due_at, moment);
  return (
    <>
      <div className={classes.title}>
        <span className="cut">{card.title}</span>
      </div>
      <div className={classes.org}>
        <span className="cut">{card.organisation?.name}</span>
        {card.value !== null && <b>{moneyText(card.value, card.currency)}</b>}
      </div>
      <div className={classes.next}>
        <Light state={light} />
        {next ? (
          <>
            <span className="cut">{next.subject}</span>
            {next.due_at && (
              <span className={`${classes.when} is-${light}`} title={exactText(next.due_at)}>
                {at && light !== 'overdue' ? weekdayDateText(next.due_at) : dueText(next.due_at, moment)}
              </span>
            )}
          </>
        ) : (
          <span className="cut is-none">{t('light.none')}</span>
        )}
      </div>
      <div className={classes.foot}>
        {card.owner && <Avatar person={card.owner} />}
        {card.stage_since && <Age since={card.stage_since} moment={moment} />}
        {card.slips && card.slips.count > 0 && <Slips {...card.slips} />}
      </div>
    </>
  );
});

function Age({ since, moment }: { since: string; moment: Date }) {
  const days = Math.max(0, daysBetween(since, moment));
  return (
    <span className={marks.age} data-step="0" title={t('board.age', { n: days, since: exactText(since) })}>
      {t('board.days', { days })}
    </span>
  );
}

function Slips({ count, days }: { count: number; days: number }) {
  return (
    <span className={marks.slip} title={t('board.slips', { n: count, days })}>
      <Icon name="slip" label={t('board.slips', { n: count, days })} />
      {t('board.slipMark', { count, days })}
    </span>
  );
}
