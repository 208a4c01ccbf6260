import { ActionIcon } from '@mantine/core';
import { useLocation } from 'wouter';
import { useActions } from '../../keys/registry.ts';
import { t } from '../../texts/index.ts';
import { recordPath } from '../fields/paths.ts';
import { Icon } from '../Icon.tsx';
import classes from './record.module.css';
import type { Place } from './walk.ts';

/** 2 of 11, and the ways to the record before and after; j and k do the same. */
export function PlaceSwitch({ kind, place }: { kind: string; place: Place | null }) {
  const [, navigate] = useLocation();
  const go = (id: number | undefined) => id !== undefined && navigate(recordPath(kind, id) ?? '/');
  const ways = [
    { id: 'previous', to: place?.previous, icon: 'chevronLeft', key: 'k', label: t('record.previous') },
    { id: 'next', to: place?.next, icon: 'chevronRight', key: 'j', label: t('record.next') },
  ] as const;
  useActions(
    ways.map(({ id, to, icon, key, label }) => ({
      id: `record.${id}`,
      label,
      group: 'record' as const,
      icon,
      keys: [key],
      disabled: to === undefined,
      run: () => go(to),
    })),
  );
  if (!place) return null;
  return (
    <span className="row">
      <span className={classes.place}>{t('record.place', { place: place.place, of: place.of })}</span>
      {ways.map(({ id, to, icon, key, label }) => (
        <ActionIcon
          key={id}
          aria-label={label}
          title={`${label}, ${key}`}
          disabled={to === undefined}
          onClick={() => go(to)}
        >
          <Icon name={icon} />
        </ActionIcon>
      ))}
    </span>
  );
}
