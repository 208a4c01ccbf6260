import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { KindMeta } from '../../api/types.ts';
import { useActions } from '../../keys/registry.ts';
import { FilterBar } from '../../parts/filters/FilterBar.tsx';
import type { Filters } from '../../parts/filters/useFilters.ts';
import { Icon } from '../../parts/Icon.tsx';
import { PastChip } from '../../parts/PastButton.tsx';
import { usePast } from '../../parts/past.ts';
import { t } from '../../texts/index.ts';
import { ColumnMenu } from './ColumnMenu.tsx';
import type { Columns } from './columns.ts';
import classes from './list.module.css';

interface Props {
  meta: KindMeta;
  filters: Filters;
  fixed: string[];
  columns: Columns;
}

/** Above the rows: search, filters, columns. */
export function ListBar({ meta, filters, fixed, columns }: Props) {
  const past = usePast();
  return (
    <div className={classes.bar}>
      <PastChip />
      {!past && <SearchBox meta={meta} filters={filters} />}
      <FilterBar kind={meta.name} filters={{ ...filters, text: '' }} fixed={fixed} />
      <span className="grow" />
      <ColumnMenu columns={columns} />
    </div>
  );
}

const pause = 220;

function SearchBox({ meta, filters }: { meta: KindMeta; filters: Filters }) {
  const [text, setText] = useState(filters.text);
  const box = useRef<HTMLInputElement>(null);
  const label = t('list.search', { kinds: meta.labels.toLowerCase() });
  const { text: asked, set } = filters;
  useEffect(() => {
    if (document.activeElement !== box.current) setText(asked);
  }, [asked]);
  useEffect(() => {
    if (text.trim() === asked) return;
    const timer = setTimeout(() => set('q', text.trim() || null), pause);
    return () => clearTimeout(timer);
  }, [text, asked, set]);
  useActions([
    {
      id: 'list.search',
      label: t('list.key.search'),
      group: 'record',
      icon: 'search',
      keys: ['s'],
      run: () => box.current?.focus(),
    },
  ]);
  return (
    <TextInput
      ref={box}
      size="sm"
      type="search"
      className={classes.search}
      aria-label={label}
      placeholder={label}
      leftSection={<Icon name="search" small />}
      value={text}
      onChange={(e) => setText(e.currentTarget.value)}
      onKeyDown={(e) => {
        if (e.key !== 'Escape') return;
        if (text) setText('');
        else e.currentTarget.blur();
      }}
    />
  );
}
