import type { MantineSize } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import dayjs from 'dayjs';
import { fromWallClock, toWallClock } from '../../format/zone.ts';
import { t } from '../../texts/index.ts';

const format = 'D MMM YYYY HH:mm';

interface Props {
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
  /** Shows the label above instead of only telling it to screen readers. */
  showLabel?: boolean;
  required?: boolean;
  placeholder?: string;
  size?: MantineSize;
  error?: string;
  autoFocus?: boolean;
  onBlur?: () => void;
}

/** A moment, picked on the workspace's clock. */
export function InstantInput({ label, value, onChange, showLabel, required, placeholder, ...rest }: Props) {
  const wall = value ? toWallClock(value) : null;
  /* The picker is a button that shows its value, so its name has to hold both. */
  const spoken = wall ? `${label}: ${dayjs(wall).format(format)}` : `${label}: ${placeholder ?? ''}`;
  return (
    <DateTimePicker
      {...rest}
      {...(showLabel ? { label, withAsterisk: required } : { 'aria-label': spoken })}
      placeholder={placeholder}
      value={wall}
      onChange={(next) => onChange(next ? fromWallClock(next) : null)}
      clearable={!required}
      clearButtonProps={{ 'aria-label': t('action.clear') }}
      valueFormat={format}
    />
  );
}
