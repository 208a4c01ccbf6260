import { t } from '../../texts/index.ts';
import { InstantInput } from '../fields/InstantInput.tsx';
import classes from './timeline.module.css';
import { momentOf, moments } from './when.ts';

interface Props {
  value: string | null;
  onChange: (value: string | null) => void;
  label: string;
  /** Leaves the ready-made moments out: for what has already been. */
  past?: boolean;
}

/** A moment, mostly one of a few; any other from the calendar. */
export function WhenPicker({ value, onChange, label, past }: Props) {
  return (
    <div className={classes.when}>
      {!past &&
        moments.map((name) => {
          const at = momentOf(name);
          return (
            <button
              key={name}
              type="button"
              className={value === at ? 'chip on' : 'chip'}
              aria-pressed={value === at}
              onClick={() => onChange(value === at ? null : at)}
            >
              {t(`when.${name}`)}
            </button>
          );
        })}
      <InstantInput
        size="sm"
        label={label}
        placeholder={past ? label : t('when.other')}
        value={value}
        onChange={onChange}
      />
    </div>
  );
}
