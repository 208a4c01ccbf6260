import { Combobox, InputBase, Loader, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { titleOf, useList, useRecord } from '../../api/records.ts';
import { mayCreate, useKind } from '../../api/session.ts';
import type { Row } from '../../api/types.ts';
import { useCreate } from '../../api/write.ts';
import { t } from '../../texts/index.ts';

interface Props {
  kind: string;
  value: number | null;
  onChange: (id: number | null, row?: Row) => void;
  label: string;
  /** Shows the label above the field instead of only telling it to screen readers. */
  showLabel?: boolean;
  /** Offers to make a record of what was typed. */
  creatable?: boolean;
  clearable?: boolean;
  autoFocus?: boolean;
  onBlur?: () => void;
  onCancel?: () => void;
  error?: string;
  /** Narrows what is offered, in the API's own filters. */
  filter?: Record<string, string | number | boolean>;
}

const create = '+';
const none = '-';

/** Finds a record of a kind by typing a part of its name. */
export function RefPicker(props: Props) {
  const {
    kind,
    value,
    onChange,
    label,
    showLabel,
    creatable,
    clearable,
    autoFocus,
    onBlur,
    onCancel,
    error,
    filter,
  } = props;
  const [text, setText] = useState<string | null>(null);
  const [asked] = useDebouncedValue(text?.trim() ?? '', 150);
  const chosen = useRecord(kind, value ?? undefined).data;
  const found = useList(kind, { q: asked || undefined, limit: 20, ...filter }, text !== null);
  const make = useCreate(kind);
  const meta = useKind(kind);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const rows = found.data?.data ?? [];
  const offersCreate =
    creatable &&
    mayCreate(meta) &&
    asked !== '' &&
    !rows.some((r) => titleOf(r).toLowerCase() === asked.toLowerCase());
  const names = rows.length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the first hit is marked anew with each answer
  useEffect(() => {
    if (text && (names > 0 || offersCreate)) combobox.selectFirstOption();
  }, [asked, names, offersCreate]);

  const pick = async (choice: string) => {
    combobox.closeDropdown();
    setText(null);
    if (choice === none) return onChange(null);
    if (choice !== create)
      return onChange(
        Number(choice),
        rows.find((r) => r.id === Number(choice)),
      );
    const field = meta?.title_field ?? 'name';
    const { data } = await make.mutateAsync({ fields: { [field]: asked }, label: asked, quiet: true });
    onChange(data.id, data);
  };

  return (
    <Combobox store={combobox} onOptionSubmit={pick} withinPortal>
      <Combobox.Target withExpandedAttribute>
        <InputBase
          role="combobox"
          {...(showLabel ? { label } : { 'aria-label': label })}
          error={error}
          value={text ?? (chosen ? titleOf(chosen) : '')}
          placeholder={t('pick.placeholder')}
          autoFocus={autoFocus}
          rightSection={found.isFetching && text !== null ? <Loader size={14} /> : <Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onFocus={(e) => {
            e.currentTarget.select();
            setText((now) => now ?? '');
            combobox.openDropdown();
          }}
          onClick={() => combobox.openDropdown()}
          onChange={(e) => {
            setText(e.currentTarget.value);
            combobox.openDropdown();
          }}
          onBlur={() => {
            setText(null);
            combobox.closeDropdown();
            onBlur?.();
          }}
          onKeyDown={(e) => {
            if (e.key !== 'Escape') return;
            setText(null);
            onCancel?.();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={label} mah={264} style={{ overflowY: 'auto' }}>
          {clearable && value !== null && <Combobox.Option value={none}>{t('action.clear')}</Combobox.Option>}
          {rows.map((row) => (
            <Combobox.Option key={row.id} value={String(row.id)} active={row.id === value}>
              {titleOf(row)}
            </Combobox.Option>
          ))}
          {offersCreate && (
            <Combobox.Option value={create}>{t('action.create', { name: asked })}</Combobox.Option>
          )}
          {rows.length === 0 && !offersCreate && !found.isFetching && (
            <Combobox.Empty>{t('pick.nothing')}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
