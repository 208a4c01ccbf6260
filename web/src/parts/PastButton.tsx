import { ActionIcon, Button, Popover } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { useState } from 'react';
import { longDayText, today } from '../format/dates.ts';
import { usePhone } from '../shell/usePhone.ts';
import { t } from '../texts/index.ts';
import filterClasses from './filters/filters.module.css';
import { Icon } from './Icon.tsx';
import { goTo, usePast } from './past.ts';

/** Chooses the day the page is seen as of. */
export function PastButton() {
  const past = usePast();
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  const turn = () => setOpen(!open);
  return (
    <Popover opened={open} onChange={setOpen} trapFocus position="bottom-end">
      <Popover.Target>
        {phone ? (
          <ActionIcon size="lg" aria-label={t('asof.label')} onClick={turn}>
            <Icon name="history" />
          </ActionIcon>
        ) : (
          <Button leftSection={<Icon name="history" small />} title={t('asof.label')} onClick={turn}>
            {past ? longDayText(past.day) : t('asof.now')}
          </Button>
        )}
      </Popover.Target>
      <Popover.Dropdown aria-label={t('asof.label')}>
        <DatePicker
          maxDate={today()}
          value={past?.day ?? null}
          onChange={(day) => {
            setOpen(false);
            goTo(day === today() ? null : day);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Says which day is shown, with the way back. */
export function PastChip() {
  const past = usePast();
  if (!past) return null;
  return (
    <span className={filterClasses.pair} data-on>
      <span className="chip on">
        <Icon name="history" small />
        {t('asof.at', { day: longDayText(past.day) })}
      </span>
      <button
        type="button"
        className={filterClasses.remove}
        aria-label={t('asof.back')}
        onClick={() => goTo(null)}
      >
        <Icon name="close" small />
      </button>
    </span>
  );
}
