import { Menu, Popover } from '@mantine/core';
import { useState } from 'react';
import { useKind } from '../../api/session.ts';
import type { Field } from '../../api/types.ts';
import { useActions } from '../../keys/registry.ts';
import { t } from '../../texts/index.ts';
import { Icon } from '../Icon.tsx';
import { FilterChip } from './FilterChip.tsx';
import classes from './filters.module.css';
import { TextField } from './TextField.tsx';
import type { Filters } from './useFilters.ts';

interface Props {
  kind: string;
  filters: Filters;
  /** Fields whose chip is always there, in this order; the others appear once chosen. */
  fixed: string[];
  /** Fields the page itself takes care of. */
  without?: string[];
  /** Chips of the page's own, after the filters. */
  children?: React.ReactNode;
}

/* Of use to the program alone. */
const inner = ['id', 'version', 'custom'];

const filterable = (field: Field) =>
  field.filterable !== false && !inner.includes(field.name) && !['json', 'currency'].includes(field.type);

/** Filters as chips: what is always asked, what was added, and a way to add more. */
export function FilterBar({ kind, filters, fixed, without = [], children }: Props) {
  const fields = useKind(kind)?.fields ?? [];
  const [added, setAdded] = useState<string | null>(null);
  const [menu, setMenu] = useState(false);
  useActions([
    {
      id: 'filter',
      label: t('filter.add'),
      group: 'do',
      icon: 'filter',
      keys: ['f'],
      run: () => setMenu(true),
    },
  ]);
  const named = (name: string) => fields.find((f) => f.name === name);
  const chips = [
    ...fixed.map(named).filter((f) => f !== undefined),
    ...filters.active.map((a) => a.field).filter((f) => !fixed.includes(f.name)),
    ...(added && !filters.word(added) && !fixed.includes(added)
      ? [named(added)].filter((f) => f !== undefined)
      : []),
  ];
  const rest = fields.filter(
    (f) => filterable(f) && !without.includes(f.name) && !chips.some((chip) => chip.name === f.name),
  );
  return (
    <fieldset className={classes.bar}>
      <legend className="sr">{t('filter.title')}</legend>
      {chips.map((field) => (
        <FilterChip
          key={field.name}
          field={field}
          word={filters.word(field.name)}
          opened={added === field.name && !filters.word(field.name)}
          onClose={() => setAdded(null)}
          onChange={(word) => filters.set(field.name, word)}
        />
      ))}
      {filters.text && <TextChip text={filters.text} onChange={(text) => filters.set('q', text)} />}
      <Menu opened={menu} onChange={setMenu} width={220}>
        <Menu.Target>
          <button type="button" className="chip add">
            <Icon name="plus" small />
            {t('filter.title')}
            <kbd aria-hidden>f</kbd>
          </button>
        </Menu.Target>
        <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
          {!filters.text && (
            <Menu.Item closeMenuOnClick={false} component="div" className={classes.textItem}>
              <TextField
                onSubmit={(text) => {
                  setMenu(false);
                  filters.set('q', text);
                }}
              />
            </Menu.Item>
          )}
          {rest.map((field) => (
            <Menu.Item key={field.name} onClick={() => setAdded(field.name)}>
              {field.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {filters.active.length + (filters.text ? 1 : 0) > 1 && (
        <button type="button" className={classes.clear} onClick={filters.clear}>
          {t('filter.clear')}
        </button>
      )}
      {children}
    </fieldset>
  );
}

function TextChip({ text, onChange }: { text: string; onChange: (text: string | null) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <span className={classes.pair}>
      <Popover opened={open} onChange={setOpen} trapFocus>
        <Popover.Target>
          <button type="button" className="chip on" onClick={() => setOpen(!open)}>
            <Icon name="search" small />“{text}”
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <TextField
            initial={text}
            onSubmit={(next) => {
              setOpen(false);
              onChange(next);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <button
        type="button"
        className={classes.remove}
        aria-label={t('filter.remove', { filter: text })}
        onClick={() => onChange(null)}
      >
        <Icon name="close" small />
      </button>
    </span>
  );
}
