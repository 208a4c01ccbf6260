import { Menu, Popover } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useAll } from '../../api/records.ts';
import { useSession } from '../../api/session.ts';
import type { Field, User } from '../../api/types.ts';
import { numberText } from '../../format/locale.ts';
import { t } from '../../texts/index.ts';
import { RefPicker } from '../fields/RefPicker.tsx';
import { RefText } from '../fields/ValueText.tsx';
import { Icon } from '../Icon.tsx';
import type { IconName } from '../shapes.tsx';
import classes from './filters.module.css';
import { RangeForm } from './RangeForm.tsx';
import { TextField } from './TextField.tsx';
import { isText, rangeText, spans } from './words.ts';

interface Props {
  field: Field;
  word: string | null;
  opened?: boolean;
  onChange: (word: string | null) => void;
  onClose?: () => void;
}

const icons: Partial<Record<Field['type'], IconName>> = { day: 'calendar', instant: 'calendar' };
const refIcons: Record<string, IconName> = {
  users: 'user',
  organisations: 'organisation',
  people: 'people',
  products: 'box',
};

const iconOf = (field: Field) => icons[field.type] ?? (field.ref ? refIcons[field.ref] : undefined);

/** One field's filter: what it is set to, a way to change it, and a cross to take it off. */
export function FilterChip({ field, word, opened = false, onChange, onClose }: Props) {
  const [open, setOpen] = useState(opened);
  useEffect(() => setOpen(opened), [opened]);
  const turn = (to: boolean) => {
    setOpen(to);
    if (!to) onClose?.();
  };
  const set = (next: string | null) => {
    onChange(next);
    turn(false);
  };
  const icon = iconOf(field);
  const chip = (
    <button
      type="button"
      className={word ? 'chip on' : 'chip'}
      onClick={() => turn(!open)}
      aria-haspopup="true"
    >
      {icon && <Icon name={icon} small />}
      <ChipText field={field} word={word} />
      {!word && <Icon name="chevronDown" small />}
    </button>
  );
  const asMenu =
    field.type === 'choice' || field.type === 'choices' || field.type === 'boolean' || field.ref === 'users';
  return (
    <span className={classes.pair} data-on={word !== null || undefined}>
      {asMenu ? (
        <Menu opened={open} onChange={turn} width={220}>
          <Menu.Target>{chip}</Menu.Target>
          <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
            {field.ref === 'users' ? (
              <People field={field} word={word} set={set} />
            ) : (
              <Choices field={field} word={word} set={set} />
            )}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <Popover opened={open} onChange={turn} trapFocus width={260}>
          <Popover.Target>{chip}</Popover.Target>
          <Popover.Dropdown aria-label={field.label}>
            <Asked field={field} word={word} set={set} />
            {!field.required && word !== '-' && (
              <button type="button" className={classes.span} onClick={() => set('-')}>
                <span>{t('filter.empty')}</span>
              </button>
            )}
          </Popover.Dropdown>
        </Popover>
      )}
      {word && (
        <button
          type="button"
          className={classes.remove}
          aria-label={t('filter.remove', { filter: field.label })}
          onClick={() => set(null)}
        >
          <Icon name="close" small />
        </button>
      )}
    </span>
  );
}

/* What is asked of a field that has no short list to choose from. */
function Asked({ field, word, set }: PickProps) {
  if (isText(field)) return <TextField initial={word === '-' ? '' : (word ?? '')} onSubmit={set} />;
  if (field.ref)
    return (
      <RefPicker
        kind={field.ref}
        label={field.label}
        value={Number(word) || null}
        clearable
        autoFocus
        onChange={(id) => set(id === null ? null : String(id))}
      />
    );
  const days = field.type === 'day' || field.type === 'instant';
  return <RangeForm field={field} word={word} spans={days ? spans : []} onChange={set} />;
}

function ChipText({ field, word }: { field: Field; word: string | null }) {
  const { user } = useSession();
  if (!word) return field.ref === 'users' ? t('filter.everyone') : field.label;
  if (word === '-') return `${field.label}: ${t('filter.none')}`;
  if (field.ref === 'users' && Number(word) === user.id) return t('filter.me');
  switch (field.type) {
    case 'ref':
    case 'refs':
      return <RefText kind={field.ref ?? ''} id={Number(word)} flat />;
    case 'choice':
    case 'choices':
      return field.choices?.find((c) => c.key === word)?.label ?? word;
    case 'boolean':
      return `${field.label}: ${t(word === 'true' ? 'field.yes' : 'field.no')}`;
    case 'day':
    case 'instant':
      return `${field.label}: ${rangeText(word)}`;
    default:
      return isText(field)
        ? `${field.label}: “${word}”`
        : `${field.label}: ${rangeText(word, (end) => numberText(Number(end)))}`;
  }
}

interface PickProps {
  field: Field;
  word: string | null;
  set: (word: string | null) => void;
}

const mark = (on: boolean) => on && <Icon name="tick" small />;

function People({ field, word, set }: PickProps) {
  const { user } = useSession();
  const users = useAll<User>('users', { sort: 'name' });
  return (
    <>
      <Menu.Item rightSection={mark(!word)} onClick={() => set(null)}>
        {t('filter.everyone')}
      </Menu.Item>
      <Menu.Item rightSection={mark(word === String(user.id))} onClick={() => set(String(user.id))}>
        {t('filter.me')}
      </Menu.Item>
      {!field.required && (
        <Menu.Item rightSection={mark(word === '-')} onClick={() => set('-')}>
          {t('pick.nobody')}
        </Menu.Item>
      )}
      <Menu.Divider />
      {users
        .filter((u) => u.id !== user.id && u.active !== false)
        .map((u) => (
          <Menu.Item key={u.id} rightSection={mark(word === String(u.id))} onClick={() => set(String(u.id))}>
            {u.name}
          </Menu.Item>
        ))}
    </>
  );
}

function Choices({ field, word, set }: PickProps) {
  const choices =
    field.type === 'boolean'
      ? [
          { key: 'true', label: t('field.yes') },
          { key: 'false', label: t('field.no') },
        ]
      : (field.choices ?? []);
  return (
    <>
      <Menu.Item rightSection={mark(!word)} onClick={() => set(null)}>
        {t('filter.any')}
      </Menu.Item>
      {choices.map((choice) => (
        <Menu.Item key={choice.key} rightSection={mark(word === choice.key)} onClick={() => set(choice.key)}>
          {choice.label}
        </Menu.Item>
      ))}
      {!field.required && (
        <Menu.Item rightSection={mark(word === '-')} onClick={() => set('-')}>
          {t('filter.empty')}
        </Menu.Item>
      )}
    </>
  );
}
