import { Button, Menu, Popover } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { useState } from 'react';
import { useAll } from '../../api/records.ts';
import { useKind } from '../../api/session.ts';
import type { Pipeline } from '../../api/types.ts';
import { longDayText, today } from '../../format/dates.ts';
import { FilterChip } from '../../parts/filters/FilterChip.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { goTo, setAddress } from '../../parts/past.ts';
import { t } from '../../texts/index.ts';
import classes from './reports.module.css';
import { periods, type Scope } from './scope.ts';

/** Which deals a report is about; `timed` when it is about a period. */
export function ReportBar({ scope, timed }: { scope: Scope; timed: boolean }) {
  const deals = useKind('deals');
  const users = useKind('users');
  const fields = [
    deals?.fields.find((f) => f.name === 'owner_id'),
    users?.fields.find((f) => f.name === 'team_id'),
    deals?.fields.find((f) => f.name === 'source_id'),
  ].filter((f) => f !== undefined);
  return (
    <fieldset className={classes.bar}>
      <legend className="sr">{t('filter.title')}</legend>
      <PipelineChip scope={scope} />
      {timed && <PeriodChip scope={scope} />}
      {fields.map((field) => (
        <FilterChip
          key={field.name}
          field={{ ...field, required: true }}
          word={scope.words.get(field.name)}
          onChange={(word) => setAddress({ [field.name]: word })}
        />
      ))}
      <AsOfChip scope={scope} />
    </fieldset>
  );
}

function PipelineChip({ scope }: { scope: Scope }) {
  const pipelines = useAll<Pipeline>('pipelines', { sort: 'position' });
  const now = pipelines.find((p) => p.id === scope.pipeline);
  return (
    <Menu width={220}>
      <Menu.Target>
        <button type="button" className="chip" aria-label={`${t('reports.pipeline')}: ${now?.name ?? ''}`}>
          <Icon name="board" small />
          {now?.name}
          <Icon name="chevronDown" small />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {pipelines.map((p) => (
          <Menu.Item
            key={p.id}
            rightSection={p.id === scope.pipeline && <Icon name="tick" small />}
            onClick={() => setAddress({ pipeline: String(p.id) })}
          >
            {p.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function PeriodChip({ scope }: { scope: Scope }) {
  return (
    <Menu width={220}>
      <Menu.Target>
        <button
          type="button"
          className="chip"
          aria-label={`${t('reports.period')}: ${t(`reports.period.${scope.period}`)}`}
        >
          <Icon name="calendar" small />
          {t(`reports.period.${scope.period}`)}
          <Icon name="chevronDown" small />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {periods.map((name) => (
          <Menu.Item
            key={name}
            rightSection={name === scope.period && <Icon name="tick" small />}
            onClick={() => setAddress({ period: name === 'twelve' ? null : name })}
          >
            {t(`reports.period.${name}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function AsOfChip({ scope }: { scope: Scope }) {
  const [open, setOpen] = useState(false);
  const day = scope.past?.day;
  const go = (to: string | null) => {
    setOpen(false);
    goTo(to);
  };
  return (
    <Popover opened={open} onChange={setOpen} trapFocus>
      <Popover.Target>
        <button type="button" className={day ? 'chip on' : 'chip'} onClick={() => setOpen(!open)}>
          <Icon name="history" small />
          {day ? t('reports.asOfDay', { day: longDayText(day) }) : t('reports.asOfNow')}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('reports.asOf')}>
        <DatePicker value={day ?? null} maxDate={today()} onChange={(picked) => go(picked)} />
        {day && (
          <Button fullWidth mt="sm" onClick={() => go(null)}>
            {t('reports.asOfNow')}
          </Button>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
