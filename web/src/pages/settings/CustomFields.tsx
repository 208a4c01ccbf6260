import { NumberInput, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { queries } from '../../api/query.ts';
import { metaQuery, useMeta } from '../../api/session.ts';
import { t } from '../../texts/index.ts';
import { KindList } from './KindList.tsx';
import type { Draft } from './RowDialog.tsx';
import classes from './settings.module.css';

interface Options {
  choices?: string[];
  ref?: string;
  currency?: string;
  digits?: number;
}

/** A label as a key of the API: Delivery date becomes delivery_date. */
const keyOf = (label: string) =>
  label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40);

const tellMeta = () => queries.invalidateQueries({ queryKey: metaQuery.queryKey });

/** Fields of the team's own, kind by kind. */
export function CustomFields() {
  const { kinds } = useMeta();
  const able = kinds.filter((k) => k.fields.some((f) => f.name === 'custom'));
  const [kind, setKind] = useState('deals');
  return (
    <>
      <Select
        className={classes.pick}
        label={t('settings.fieldKind')}
        data={able.map((k) => ({ value: k.name, label: k.labels }))}
        value={kind}
        onChange={(next) => next && setKind(next)}
        allowDeselect={false}
      />
      <section className="panel" aria-label={t('settings.fields')}>
        <KindList
          key={kind}
          kind="fields"
          ordered
          filter={{ kind }}
          given={{ kind }}
          columns={['key', 'type', 'required']}
          form={['label', 'key', 'type', 'hint', 'required']}
          fixed={['key', 'type']}
          onCreated={tellMeta}
          more={(draft, set, isNew) => <TypeOptions draft={draft} set={set} isNew={isNew} />}
        />
      </section>
    </>
  );
}

interface Props {
  draft: Draft;
  set: (fields: Draft) => void;
  isNew: boolean;
}

/* What a type needs to know besides: its choices, the kind it refers to, its currency, its digits. */
function TypeOptions({ draft, set, isNew }: Props) {
  const { kinds, currencies } = useMeta();
  const options = (draft.options as Options | null) ?? {};
  const put = (changes: Options) => set({ options: { ...options, ...changes } });
  const suggested = isNew && !draft.key && typeof draft.label === 'string' ? keyOf(draft.label) : '';
  return (
    <>
      {suggested && (
        <p className="t13 i2">
          <button type="button" className={classes.linkish} onClick={() => set({ key: suggested })}>
            {t('settings.useKey', { key: suggested })}
          </button>
        </p>
      )}
      {(draft.type === 'choice' || draft.type === 'choices') && (
        <Textarea
          label={t('settings.fieldChoices')}
          autosize
          minRows={3}
          maxRows={12}
          withAsterisk
          value={(options.choices ?? []).join('\n')}
          onChange={(e) => put({ choices: e.currentTarget.value.split('\n') })}
          onBlur={() => put({ choices: (options.choices ?? []).map((c) => c.trim()).filter(Boolean) })}
        />
      )}
      {draft.type === 'ref' && (
        <Select
          label={t('settings.fieldRef')}
          withAsterisk
          data={kinds.map((k) => ({ value: k.name, label: k.labels }))}
          value={options.ref ?? null}
          onChange={(ref) => put({ ref: ref ?? undefined })}
          disabled={!isNew}
        />
      )}
      {draft.type === 'money' && (
        <Select
          label={t('settings.currency')}
          searchable
          data={currencies.map((c) => c.code)}
          value={options.currency ?? null}
          onChange={(currency) => put({ currency: currency ?? undefined })}
        />
      )}
      {draft.type === 'decimal' && (
        <NumberInput
          label={t('settings.fieldDigits')}
          min={0}
          max={8}
          value={options.digits ?? 2}
          onChange={(digits) => put({ digits: Number(digits) })}
        />
      )}
      {!isNew && <p className="t12 i3">{t('settings.fieldKept')}</p>}
    </>
  );
}
