import { Menu } from '@mantine/core';
import type { Pipeline } from '../../api/types.ts';
import { numberText } from '../../format/locale.ts';
import { moneyShort } from '../../format/money.ts';
import { FilterBar } from '../../parts/filters/FilterBar.tsx';
import filterClasses from '../../parts/filters/filters.module.css';
import type { Filters } from '../../parts/filters/useFilters.ts';
import { Icon } from '../../parts/Icon.tsx';
import { setAddress, usePast } from '../../parts/past.ts';
import { usePhone } from '../../shell/usePhone.ts';
import type { PlainKey } from '../../texts/index.ts';
import { t, tx } from '../../texts/index.ts';
import classes from './board.module.css';
import type { BoardData } from './data.ts';
import { useComparing } from './past/PastActions.tsx';
import { PastBar } from './past/PastBar.tsx';

interface Props {
  pipeline: Pipeline | undefined;
  filters: Filters;
  light: string | null;
  sort: string | null;
  board: BoardData | undefined;
}

const sorts = ['urgency', '-value', 'expected_close_date', 'stage_since', 'title'] as const;
const fixed = ['owner_id', 'expected_close_date', 'value'];
/* The board itself says these: its pipeline, its columns, and that only open deals stand on it. */
const without = ['pipeline_id', 'stage_id', 'status', 'closed_at', 'lost_reason_id'];

/** Above the columns: filters, totals and order; in the past its date instead. */
export function BoardBar({ pipeline, filters, light, sort, board }: Props) {
  const past = usePast();
  const phone = usePhone();
  const comparing = useComparing();
  const date = past && <PastBar past={past} pipeline={pipeline?.id} board={board} />;
  if (past && comparing) return date;
  return (
    <>
      {date}
      <div className={classes.filters}>
        <FilterBar kind="deals" filters={filters} fixed={fixed} without={without}>
          {light && !past && <LightChip light={light} />}
        </FilterBar>
        <span className={classes.push} />
        {board && !phone && <Totals board={board} />}
        <SortChip sort={sort} />
      </div>
    </>
  );
}

function Totals({ board }: { board: BoardData }) {
  const { count, value, weighted } = board.total;
  return (
    <p className={classes.totals}>
      {tx(
        'board.total',
        {
          n: count,
          deals: <b key="n">{numberText(count)}</b>,
          value: <b key="v">{moneyShort(value, board.currency)}</b>,
          weighted: <b key="w">{moneyShort(weighted, board.currency)}</b>,
        },
        count,
      )}
    </p>
  );
}

function LightChip({ light }: { light: string }) {
  const label = t(`board.lightChip.${light}` as PlainKey);
  return (
    <span className={filterClasses.pair}>
      <button type="button" className="chip on" onClick={() => setAddress({ light: null })}>
        {label}
      </button>
      <button
        type="button"
        className={filterClasses.remove}
        aria-label={t('filter.remove', { filter: label })}
        onClick={() => setAddress({ light: null })}
      >
        <Icon name="close" small />
      </button>
    </span>
  );
}

function SortChip({ sort }: { sort: string | null }) {
  const now = sorts.find((s) => s === sort) ?? 'urgency';
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <button type="button" className="chip" aria-haspopup="menu">
          <Icon name="filter" small />
          {t(`board.sort.${now}`)}
          <Icon name="chevronDown" small />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('board.sort')}</Menu.Label>
        {sorts.map((s) => (
          <Menu.Item
            key={s}
            rightSection={s === now && <Icon name="tick" small />}
            onClick={() => setAddress({ sort: s === 'urgency' ? null : s })}
          >
            {t(`board.sort.${s}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
