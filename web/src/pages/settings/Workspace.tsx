import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { queries } from '../../api/query.ts';
import { useRecord } from '../../api/records.ts';
import { mayUpdate, metaQuery, sessionQuery, useKind, useMeta } from '../../api/session.ts';
import type { Row } from '../../api/types.ts';
import { useUpdate } from '../../api/write.ts';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { zoneChoices } from '../entry/choices.ts';
import { localeChoices } from './locales.ts';
import classes from './settings.module.css';

/** What holds for everybody: the name, the currency of sums, where days begin, how things are written. */
export function Workspace() {
  const { data, error, refetch } = useRecord('workspaces', 1);
  if (error && !data) return <ErrorState error={error} retry={refetch} />;
  return data ? <Form key={data.version} row={data} /> : <RowSkeletons rows={4} />;
}

function Form({ row }: { row: Row }) {
  const meta = useKind('workspaces');
  const { currencies } = useMeta();
  const update = useUpdate('workspaces');
  const [draft, setDraft] = useState<Record<string, unknown>>({});
  const now = { ...row, ...draft };
  const refused = update.error instanceof ApiError ? update.error : null;
  const editable = mayUpdate(meta);
  const field = (name: string) => ({
    label: meta?.fields.find((f) => f.name === name)?.label ?? name,
    description: meta?.fields.find((f) => f.name === name)?.doc ?? undefined,
    error: refused?.field(name),
    disabled: !editable,
  });
  const set = (name: string) => (value: string | null) => value && setDraft({ ...draft, [name]: value });
  const save = () =>
    update.mutate(
      { row, fields: draft, label: t('settings.saved') },
      {
        onSuccess: () => {
          queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
          queries.invalidateQueries({ queryKey: metaQuery.queryKey });
        },
      },
    );
  return (
    <form
      className={`panel ${classes.form}`}
      onSubmit={(e) => {
        e.preventDefault();
        save();
      }}
    >
      <TextInput
        {...field('name')}
        value={String(now.name ?? '')}
        onChange={(e) => setDraft({ ...draft, name: e.currentTarget.value })}
      />
      <Select
        {...field('base_currency')}
        searchable
        allowDeselect={false}
        data={currencies.map((c) => c.code)}
        value={String(now.base_currency)}
        onChange={set('base_currency')}
      />
      <Select
        {...field('time_zone')}
        searchable
        allowDeselect={false}
        data={[...new Set([String(row.time_zone), ...zoneChoices()])]}
        value={String(now.time_zone)}
        onChange={set('time_zone')}
      />
      <Select
        {...field('locale')}
        searchable
        allowDeselect={false}
        data={localeChoices(String(row.locale))}
        value={String(now.locale)}
        onChange={set('locale')}
      />
      {editable ? (
        <div>
          <Button
            type="submit"
            variant="filled"
            disabled={Object.keys(draft).length === 0}
            loading={update.isPending}
          >
            {t('action.save')}
          </Button>
        </div>
      ) : (
        <p className="t13 i2">{t('settings.readOnly')}</p>
      )}
    </form>
  );
}
