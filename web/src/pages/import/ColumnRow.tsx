import { Checkbox, Select } from '@mantine/core';
import { useMeta } from '../../api/session.ts';
import type { Field, KindMeta } from '../../api/types.ts';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import classes from './import.module.css';
import type { ColumnRule } from './types.ts';
import { ValuesTable, wantsValues } from './ValuesTable.tsx';

interface Props {
  header: string;
  samples: string[];
  texts: Map<string, number> | undefined;
  kind: KindMeta;
  fields: Field[];
  rule: ColumnRule;
  suggested: boolean;
  pipeline: number | null;
  error: string | undefined;
  onRule: (rule: ColumnRule) => void;
}

/* What it is known by, when nothing else is said: an address is surer than a name. */
const matchable = ['name', 'email', 'external_id', 'code', 'title'];

/** One column of the file: what stands in it, the field it goes to, and how. */
export function ColumnRow(props: Props) {
  const { header, samples, texts, kind, fields, rule, suggested, pipeline, error, onRule } = props;
  const field = fields.find((f) => f.name === rule.to);
  const shown = [...new Set(samples.filter((s) => s.trim() !== ''))].slice(0, 3);
  const choose = (name: string | null) => {
    const next = fields.find((f) => f.name === name);
    if (!next) return onRule({});
    onRule({
      to: next.name,
      match: next.type === 'ref' && next.name !== 'stage_id' ? 'name' : undefined,
    });
  };
  return (
    <div className={classes.column} data-out={!field || undefined}>
      <div className={classes.source}>
        <b className="cut" title={header}>
          {header}
        </b>
        <span className="t12 i3 cut" title={shown.join(' · ')}>
          {shown.length > 0 ? shown.join(' · ') : t('import.empty')}
        </span>
      </div>
      <div>
        <Select
          aria-label={t('import.fieldFor', { column: header })}
          searchable
          clearable
          placeholder={t('import.leaveOut')}
          data={fields.map((f) => ({ value: f.name, label: f.label }))}
          value={rule.to ?? null}
          onChange={choose}
          error={error}
          rightSection={suggested && field ? undefined : <Icon name="chevronDown" small />}
        />
      </div>
      <div className={classes.how}>
        {field?.type === 'ref' && field.name !== 'stage_id' && (
          <RefRule header={header} field={field} rule={rule} onRule={onRule} />
        )}
        {field &&
          kind.name === 'deals' &&
          (field.type === 'money' || field.name === 'closed_at' || field.name === 'lost_reason_id') && (
            <WhenRule header={header} kind={kind} rule={rule} onRule={onRule} />
          )}
      </div>
      {field && wantsValues(field) && texts && texts.size > 0 && (
        <ValuesTable
          header={header}
          kind={kind}
          field={field}
          texts={texts}
          values={rule.values ?? {}}
          pipeline={pipeline}
          onValues={(values) => onRule({ ...rule, values })}
        />
      )}
    </div>
  );
}

interface RuleProps {
  header: string;
  rule: ColumnRule;
  onRule: (rule: ColumnRule) => void;
}

function RefRule({ header, field, rule, onRule }: RuleProps & { field: Field }) {
  const { kinds } = useMeta();
  const other = kinds.find((k) => k.name === field.ref);
  const by = (other?.fields ?? []).filter((f) => matchable.includes(f.name));
  return (
    <>
      {by.length > 1 && (
        <Select
          size="sm"
          className={classes.match}
          aria-label={t('import.matchFor', { column: header })}
          data={by.map((f) => ({ value: f.name, label: `${t('import.match')}: ${f.label}` }))}
          value={rule.match ?? other?.title_field ?? null}
          onChange={(match) => onRule({ ...rule, match: match ?? undefined })}
          allowDeselect={false}
        />
      )}
      {other?.can.create && (
        <Checkbox
          label={t(field.ref === 'users' ? 'import.createUsers' : 'import.create')}
          checked={rule.create === true}
          onChange={(e) => onRule({ ...rule, create: e.currentTarget.checked || undefined })}
        />
      )}
    </>
  );
}

function WhenRule({ header, kind, rule, onRule }: RuleProps & { kind: KindMeta }) {
  const statuses = kind.fields.find((f) => f.name === 'status')?.choices ?? [];
  return (
    <Select
      size="sm"
      className={classes.match}
      aria-label={t('import.whenFor', { column: header })}
      data={[
        { value: '', label: t('import.whenAlways') },
        ...statuses.map((s) => ({
          value: s.key,
          label: t('import.when', { status: s.label.toLocaleLowerCase() }),
        })),
      ]}
      value={rule.when?.toLowerCase() ?? ''}
      onChange={(when) => onRule({ ...rule, when: when || undefined })}
      allowDeselect={false}
    />
  );
}
