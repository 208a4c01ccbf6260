import type { ReactNode } from 'react';
import type { Row } from '../../api/types.ts';
import { dateText } from '../../format/dates.ts';
import { moneyText } from '../../format/money.ts';
import { RefText } from '../../parts/fields/ValueText.tsx';
import type { IconName } from '../../parts/shapes.tsx';
import { type PlainKey, t } from '../../texts/index.ts';
import { Account } from './Account.tsx';
import { Backups } from './Backups.tsx';
import { CustomFields } from './CustomFields.tsx';
import { KindList, type KindListProps } from './KindList.tsx';
import { Users } from './People.tsx';
import { Pipelines } from './Pipelines.tsx';
import { Rights } from './Rights.tsx';
import { Sessions } from './Sessions.tsx';
import { Tokens } from './Tokens.tsx';
import { Workspace } from './Workspace.tsx';

/** Whom a target is for: a person, a team or everybody. */
function Whose({ row }: { row: Row }) {
  if (row.user_id) return <RefText kind="users" id={Number(row.user_id)} flat />;
  if (row.team_id) return <RefText kind="teams" id={Number(row.team_id)} flat />;
  return t('settings.everybody');
}

/* The settings, one row each. Most are the rows of a small kind; `kind` is whose rights decide who sees it. */

export interface Section {
  key: string;
  title: PlainKey;
  hint: PlainKey;
  icon: IconName;
  kind?: string;
  /** Only for those who may change it. */
  changers?: boolean;
  /** Drawn in a panel of its own. */
  panel?: boolean;
  body: () => ReactNode;
}

const list = (icon: IconName, props: KindListProps): Section => ({
  key: props.kind,
  title: `settings.${props.kind}` as PlainKey,
  hint: `settings.${props.kind}Hint` as PlainKey,
  icon,
  kind: props.kind,
  panel: true,
  body: () => <KindList {...props} />,
});

const own = (key: string, icon: IconName, body: () => ReactNode, more: Partial<Section> = {}): Section => ({
  key,
  title: `settings.${key}` as PlainKey,
  hint: `settings.${key}Hint` as PlainKey,
  icon,
  body,
  ...more,
});

export const groups: { title: PlainKey; sections: Section[] }[] = [
  {
    title: 'settings.group.sales',
    sections: [
      own('pipelines', 'board', () => <Pipelines />, { kind: 'pipelines' }),
      list('lost', { kind: 'lost_reasons', ordered: true, form: ['name', 'active'], columns: [] }),
      list('inbox', { kind: 'sources', ordered: true, form: ['name', 'active'], columns: [] }),
      list('box', {
        kind: 'products',
        columns: ['code', 'price', 'unit'],
        form: ['name', 'code', 'family', 'price', 'currency', 'unit', 'active', 'description'],
      }),
      list('deal', { kind: 'tags', columns: ['colour'], form: ['name', 'colour'] }),
      list('flag', {
        kind: 'targets',
        sort: '-period_start',
        columns: ['pipeline_id', 'period_start', 'period_end', 'amount'],
        name: (row) => <Whose row={row} />,
        title: (row) =>
          t('settings.targetTitle', {
            amount: moneyText(Number(row.amount), String(row.currency)),
            from: dateText(String(row.period_start)),
          }),
        form: [
          'user_id',
          'team_id',
          'pipeline_id',
          'period_start',
          'period_end',
          'amount',
          'currency',
          'note',
        ],
      }),
      list('refresh', {
        kind: 'exchange_rates',
        sort: 'currency,-day',
        columns: ['day', 'rate'],
        form: ['currency', 'day', 'rate'],
        name: (row) => String(row.currency),
        title: (row) => String(row.currency),
      }),
      own('fields', 'list', () => <CustomFields />, { kind: 'fields', changers: true }),
    ],
  },
  {
    title: 'settings.group.people',
    sections: [
      own('users', 'people', () => <Users />, { kind: 'users', panel: true }),
      list('organisation', { kind: 'teams', columns: ['manager_id'], form: ['name', 'manager_id'] }),
      own('rights', 'lock', () => <Rights />, { kind: 'rights', changers: true }),
      own('workspace', 'settings', () => <Workspace />, { kind: 'workspaces', changers: true }),
    ],
  },
  {
    title: 'settings.group.operation',
    sections: [own('backups', 'copy', () => <Backups />, { kind: 'backup_plans' })],
  },
  {
    title: 'settings.group.you',
    sections: [
      own('account', 'user', () => <Account />),
      own('sessions', 'globe', () => <Sessions />, { panel: true }),
      own('tokens', 'key', () => <Tokens />, { kind: 'tokens', panel: true }),
    ],
  },
];
