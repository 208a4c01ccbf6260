import { Alert, Button, Select } from '@mantine/core';
import { useMemo } from 'react';
import { ApiError } from '../../api/client.ts';
import { errorText } from '../../api/toasts.ts';
import type { KindMeta } from '../../api/types.ts';
import { FieldInput } from '../../parts/fields/FieldInput.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import { ColumnRow } from './ColumnRow.tsx';
import { askedForAll, type Draft, gaps, importable } from './draft.ts';
import classes from './import.module.css';
import type { Texts } from './texts.ts';
import type { ColumnRule, Upload } from './types.ts';

interface Props {
  upload: Upload;
  kind: KindMeta;
  draft: Draft;
  texts: Texts;
  fromKept: boolean;
  onForget: () => void;
  onDraft: (draft: Draft) => void;
  onPreview: () => void;
  busy: boolean;
  error: unknown;
}

/** Where each column goes, what is the same for every row, and what a row is known by. */
export function MapStep(props: Props) {
  const { upload, kind, draft, texts, fromKept, onForget, onDraft, onPreview, busy, error } = props;
  const fields = useMemo(() => importable(kind), [kind]);
  const { missing, twice } = gaps(kind, draft);
  const refused = error instanceof ApiError ? error : null;
  const general = error && !upload.header.some((header) => refused?.field(header));
  const asked = upload.dates_ambiguous && !draft.dates;
  const keys = fields.filter((f) => Object.values(draft.columns).some((rule) => rule.to === f.name));
  const setRule = (header: string, rule: ColumnRule) =>
    onDraft({ ...draft, columns: { ...draft.columns, [header]: rule } });
  return (
    <>
      <section className="panel" aria-label={t('import.step.map')}>
        <p className={classes.lead}>
          {t('import.mapHint')}
          {fromKept && (
            <>
              {' '}
              {t('import.preset')}{' '}
              <button type="button" className={classes.linkish} onClick={onForget}>
                {t('import.presetForget')}
              </button>
            </>
          )}
        </p>
        <div className={classes.columns}>
          <div className={classes.columnsHead} aria-hidden>
            <span>{t('import.column')}</span>
            <span>{t('import.goesTo')}</span>
            <span>{t('import.how')}</span>
          </div>
          {upload.header.map((header, i) => (
            <ColumnRow
              key={header}
              header={header}
              samples={upload.sample.map((row) => row[i] ?? '')}
              texts={texts.get(header)}
              kind={kind}
              fields={fields}
              rule={draft.columns[header] ?? {}}
              suggested={upload.suggested.columns[header] !== undefined}
              pipeline={Number(draft.defaults.pipeline_id) || null}
              error={refused?.field(header)}
              onRule={(rule) => setRule(header, rule)}
            />
          ))}
        </div>
      </section>
      <section className={`panel ${classes.box}`} aria-labelledby="for-all">
        <div className={classes.two}>
          <div className="stack">
            <h2 id="for-all" className="t14 b">
              {t('import.rest')}
            </h2>
            <p className="t13 i2">{t('import.restHint')}</p>
            {askedForAll(kind, draft).map((field) => (
              <FieldInput
                key={field.name}
                form
                field={{ ...field, required: field.name !== 'owner_id' }}
                value={draft.defaults[field.name] ?? null}
                onChange={(value) =>
                  onDraft({ ...draft, defaults: { ...draft.defaults, [field.name]: value } })
                }
              />
            ))}
          </div>
          <Select
            label={t('import.key')}
            description={t('import.keyHint')}
            placeholder={t('import.keyNone')}
            clearable
            data={keys.map((f) => ({ value: f.name, label: f.label }))}
            value={draft.key}
            onChange={(key) => onDraft({ ...draft, key })}
            error={refused?.field('key')}
          />
        </div>
      </section>
      {missing.map((field) => (
        <Note key={field.name} text={t('import.missing', { field: field.label })} />
      ))}
      {twice.map(({ field, columns }) => (
        <Note
          key={field?.name}
          text={t('import.twice', { field: field?.label ?? '', columns: columns.join(', ') })}
        />
      ))}
      {general ? <Note text={errorText(error)} /> : null}
      <div className={classes.foot}>
        <Button
          variant="filled"
          loading={busy}
          disabled={missing.length > 0 || twice.length > 0 || asked}
          onClick={onPreview}
        >
          {t('import.seePreview')}
        </Button>
        {asked && <span className="t13 i2">{t('import.askDates')}</span>}
      </div>
    </>
  );
}

function Note({ text }: { text: string }) {
  return (
    <Alert className={classes.note} role="alert" icon={<Icon name="warning" />}>
      {text}
    </Alert>
  );
}
