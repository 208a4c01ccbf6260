import { ActionIcon, Button } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { usePages, useSummary } from '../../api/records.ts';
import { useKind } from '../../api/session.ts';
import type { KindMeta, Row } from '../../api/types.ts';
import { useActions } from '../../keys/registry.ts';
import { useRights } from '../../parts/editable.ts';
import { recordPath } from '../../parts/fields/paths.ts';
import { useFilters } from '../../parts/filters/useFilters.ts';
import { Icon } from '../../parts/Icon.tsx';
import { PastButton } from '../../parts/PastButton.tsx';
import { setAddress, usePast, useSepia } from '../../parts/past.ts';
import { CreateDialog } from '../../parts/record/CreateDialog.tsx';
import { walk } from '../../parts/record/walk.ts';
import { EmptyState, ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import { expandOf, useColumns } from './columns.ts';
import { ListBar } from './ListBar.tsx';
import { ExportMenu, ViewsMenu } from './ListMenus.tsx';
import { ListTable } from './ListTable.tsx';
import classes from './list.module.css';
import { PhoneRows } from './PhoneRows.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { useSelection } from './useSelection.ts';

interface Props {
  kind: string;
  path: string;
  /** Fields whose filter is always offered. */
  fixed: string[];
  /** Beside the name of the list. */
  views?: React.ReactNode;
}

const pageSize = 100;

/** A list of any kind, made from what /meta says about it. */
export function ListPage(props: Props) {
  const meta = useKind(props.kind);
  if (!meta) return <EmptyState icon="search" title={t('load.gone')} hint={t('load.goneHint')} />;
  return <List key={meta.name} {...props} meta={meta} />;
}

const firstSort = (meta: KindMeta) => (meta.title_field === 'name' ? 'name' : '-created_at');

function List({ meta, path, fixed, views }: Props & { meta: KindMeta }) {
  const kind = meta.name;
  const phone = usePhone();
  const past = usePast();
  useSepia(past !== null);
  const [, navigate] = useLocation();
  const sort = new URLSearchParams(useSearch()).get('sort');
  const filters = useFilters(kind);
  const columns = useColumns(meta);
  const [adding, setAdding] = useState(false);
  const rights = useRights(kind);

  const asked = { ...filters.query, q: past ? undefined : filters.query.q, as_of: past?.as_of };
  const query = { ...asked, sort: sort ?? firstSort(meta) };
  const pages = usePages(kind, { ...query, limit: pageSize, expand: expandOf(columns.shown) });
  const summary = useSummary(kind, asked).data;
  const { rows, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const selection = useSelection(rows);
  const filtered = filters.active.length > 0 || filters.text !== '';

  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  const more = hasNextPage ? loadMore : undefined;

  const visit = () => walk.set({ kind, ids: rows.map((r) => r.id) });
  const open = (row: Row) => {
    const page = recordPath(kind, row.id);
    visit();
    if (page) navigate(page + (past ? `?on=${past.day}` : ''));
  };
  const add = () => setAdding(true);
  const addLabel = t('list.add', { kind: meta.label.toLowerCase() });
  useActions([
    {
      id: 'list.add',
      label: addLabel,
      group: 'do',
      icon: 'plus',
      keys: ['c'],
      disabled: !rights.create,
      run: add,
    },
  ]);

  return (
    <Frame
      title={meta.labels}
      crumbs={[{ label: <ViewsMenu meta={meta} path={path} columns={columns.shown.map((f) => f.name)} /> }]}
      views={views}
      actions={
        <>
          <PastButton />
          <ExportMenu meta={meta} query={query} />
          {rights.create &&
            (phone ? (
              <ActionIcon size="lg" aria-label={addLabel} onClick={add}>
                <Icon name="plus" />
              </ActionIcon>
            ) : (
              <Button
                variant="filled"
                leftSection={<Icon name="plus" small />}
                rightSection={<kbd aria-hidden>c</kbd>}
                onClick={add}
              >
                {addLabel}
              </Button>
            ))}
        </>
      }
    >
      <ListBar meta={meta} filters={filters} fixed={fixed} columns={columns} />
      {pages.error && rows.length === 0 ? (
        <ErrorState error={pages.error} retry={pages.refetch} />
      ) : pages.isPending ? (
        <RowSkeletons rows={20} />
      ) : rows.length === 0 ? (
        <Nothing meta={meta} filtered={filtered} onAdd={rights.create ? add : undefined} />
      ) : phone ? (
        <PhoneRows
          meta={meta}
          columns={columns.shown}
          rows={rows}
          summary={summary}
          more={more}
          onVisit={visit}
        />
      ) : (
        <div className={classes.work}>
          <ListTable
            key={JSON.stringify(query)}
            meta={meta}
            columns={columns.shown}
            rows={rows}
            sort={sort}
            onSort={(next) => setAddress({ sort: next })}
            summary={summary}
            selection={selection}
            more={more}
            onOpen={open}
            onVisit={visit}
          />
          {!past && <SelectionBar meta={meta} selection={selection} />}
        </div>
      )}
      {adding && <CreateDialog kind={kind} onClose={() => setAdding(false)} />}
    </Frame>
  );
}

interface NothingProps {
  meta: KindMeta;
  filtered: boolean;
  onAdd: (() => void) | undefined;
}

function Nothing({ meta, filtered, onAdd }: NothingProps) {
  const kinds = meta.labels.toLowerCase();
  return filtered ? (
    <EmptyState icon="filter" title={t('list.emptyFiltered', { kinds })} hint={t('list.emptyFilteredHint')} />
  ) : (
    <EmptyState icon="list" title={t('list.empty', { kinds })} hint={t('list.emptyHint')}>
      {onAdd && <Button onClick={onAdd}>{t('list.add', { kind: meta.label.toLowerCase() })}</Button>}
    </EmptyState>
  );
}
