import { ActionIcon, Checkbox, Popover } from '@mantine/core';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import type { Columns } from './columns.ts';
import classes from './list.module.css';

/** Which columns, in which order. The first, the name of the row, is always there. */
export function ColumnMenu({ columns }: { columns: Columns }) {
  const names = columns.shown.map((f) => f.name);
  const [title] = names;
  const move = (name: string, by: number) => {
    const at = names.indexOf(name);
    const next = names.filter((other) => other !== name);
    next.splice(at + by, 0, name);
    columns.set(next);
  };
  const toggle = (name: string) =>
    columns.set(names.includes(name) ? names.filter((other) => other !== name) : [...names, name]);
  return (
    <Popover position="bottom-end" trapFocus width={288}>
      <Popover.Target>
        <button type="button" className="chip" aria-haspopup="dialog">
          <Icon name="settings" small />
          {t('list.columns')}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.columnMenu} aria-label={t('list.columns')}>
        <ul>
          {columns.all.map((field) => {
            const at = names.indexOf(field.name);
            return (
              <li key={field.name}>
                <Checkbox
                  label={field.label}
                  checked={at >= 0}
                  disabled={field.name === title}
                  onChange={() => toggle(field.name)}
                />
                {at > 0 && (
                  <span>
                    <ActionIcon
                      size="xs"
                      aria-label={t('list.columnUp', { column: field.label })}
                      disabled={at === 1}
                      onClick={() => move(field.name, -1)}
                    >
                      <Icon name="chevronUp" small />
                    </ActionIcon>
                    <ActionIcon
                      size="xs"
                      aria-label={t('list.columnDown', { column: field.label })}
                      disabled={at === names.length - 1}
                      onClick={() => move(field.name, 1)}
                    >
                      <Icon name="chevronDown" small />
                    </ActionIcon>
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <button type="button" className={classes.reset} onClick={columns.reset}>
          {t('list.columnsReset')}
        </button>
      </Popover.Dropdown>
    </Popover>
  );
}
