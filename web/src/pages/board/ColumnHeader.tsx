import { ActionIcon, Tooltip } from '@mantine/core';
import type { Light as LightState } from '../../format/dates.ts';
import { numberText } from '../../format/locale.ts';
import { moneyShort, moneyText } from '../../format/money.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Light } from '../../parts/Light.tsx';
import { setAddress } from '../../parts/past.ts';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import classes from './board.module.css';
import type { ColumnProps } from './ColumnView.tsx';
import type { Lights } from './data.ts';
import { adding, fold } from './state.ts';

const states: LightState[] = ['overdue', 'today', 'planned', 'none'];

/** Name, count, sum and weighted sum, and how many cards are late, due, planned or forgotten. */
export function ColumnHeader({ column, currency, editable, light, at }: ColumnProps) {
  const phone = usePhone();
  return (
    <header>
      <div className={classes.name}>
        {!phone && (
          <>
            <h2 className="cut">{column.name}</h2>
            <span>{numberText(column.count)}</span>
            <span className="grow" />
            <Tooltip label={t('board.fold')}>
              <ActionIcon
                size="xs"
                className={classes.fold}
                aria-label={t('board.foldColumn', { name: column.name })}
                onClick={() => fold(column.id)}
              >
                <Icon name="collapse" />
              </ActionIcon>
            </Tooltip>
            {editable && (
              <Tooltip label={t('board.addTo', { stage: column.name })}>
                <ActionIcon
                  size="xs"
                  aria-label={t('board.addTo', { stage: column.name })}
                  onClick={() => adding.set(column.id)}
                >
                  <Icon name="plus" />
                </ActionIcon>
              </Tooltip>
            )}
          </>
        )}
      </div>
      <div className={classes.sum}>
        <Tooltip label={moneyText(column.value, currency)}>
          <b>{moneyShort(column.value, currency)}</b>
        </Tooltip>
        <span>{t('board.weighted', { value: moneyShort(column.weighted, currency) })}</span>
        {phone && editable && (
          <button type="button" className={classes.phoneAdd} onClick={() => adding.set(column.id)}>
            <Icon name="plus" small />
            {t('board.add')}
          </button>
        )}
      </div>
      {column.lights && !at && <LightsBar lights={column.lights} chosen={light} words={phone} />}
    </header>
  );
}

interface BarProps {
  lights: Lights;
  chosen: string | null;
  words: boolean;
}

/** The same figures as a bar and as numbers; both filter the board to that light, and back. */
function LightsBar({ lights, chosen, words }: BarProps) {
  const choose = (state: LightState) => setAddress({ light: chosen === state ? null : state });
  const shown = states.filter((state) => lights[state] > 0);
  return (
    <>
      <div className={classes.plan} aria-hidden>
        {shown.map((state) => (
          <button
            key={state}
            type="button"
            tabIndex={-1}
            data-light={state}
            style={{ flexGrow: lights[state] }}
            onClick={() => choose(state)}
          />
        ))}
      </div>
      <div className={classes.counts}>
        {shown.map((state) => (
          <button
            key={state}
            type="button"
            className={`is-${state}`}
            aria-pressed={chosen === state}
            title={t(`board.filterLight.${state}`, { n: lights[state] })}
            onClick={() => choose(state)}
          >
            <Light state={state} decorative={words} />
            {words ? t(`board.lightCount.${state}`, { n: lights[state] }) : numberText(lights[state])}
          </button>
        ))}
      </div>
    </>
  );
}
