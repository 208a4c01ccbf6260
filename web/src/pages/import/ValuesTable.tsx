import { Select } from '@mantine/core';
import { useAll } from '../../api/records.ts';
import type { Field, KindMeta, Stage } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import classes from './import.module.css';

interface Props {
  header: string;
  kind: KindMeta;
  field: Field;
  texts: Map<string, number>;
  values: Record<string, unknown>;
  pipeline: number | null;
  onValues: (values: Record<string, unknown>) => void;
}

/** Fields with a few set values, whose words in the file may be others. */
export const wantsValues = (field: Field) =>
  field.name === 'stage_id' || field.type === 'choice' || field.type === 'choices';

const asStatus = (status: string) => `status:${status}`;

/** What each text of a column means: a stage or a choice, or that the deal is won or lost. */
export function ValuesTable({ header, kind, field, texts, values, pipeline, onValues }: Props) {
  const stages = useAll<Stage>('stages', { sort: 'pipeline_id,position' });
  const ofStage = field.name === 'stage_id';
  const offered = ofStage
    ? stages
        .filter((s) => pipeline === null || s.pipeline_id === pipeline)
        .map((s) => ({ value: s.name, label: s.name }))
    : (field.choices ?? []).map((c) => ({ value: c.key, label: c.label }));
  const statuses = ofStage ? (kind.fields.find((f) => f.name === 'status')?.choices ?? []) : [];
  const known = new Set(offered.flatMap((o) => [o.value.toLowerCase(), o.label.toLowerCase()]));
  const options = [
    ...offered.filter((o, i) => offered.findIndex((other) => other.value === o.value) === i),
    ...statuses.map((s) => ({
      value: asStatus(s.key),
      label: t('import.statusOf', { status: s.label.toLocaleLowerCase() }),
    })),
  ];
  const meaning = (text: string): string | null => {
    const said = values[text];
    if (typeof said === 'string')
      return offered.find((o) => o.value === said || o.label === said)?.value ?? null;
    const status = said && typeof said === 'object' ? (said as { status?: unknown }).status : null;
    return status ? asStatus(String(status)) : null;
  };
  const say = (text: string, means: string | null) => {
    const { [text]: _, ...rest } = values;
    if (means === null) return onValues(rest);
    onValues({
      ...rest,
      [text]: means.startsWith('status:') ? { status: means.slice('status:'.length) } : means,
    });
  };
  const rows = [...texts].sort((a, b) => b[1] - a[1]).slice(0, 40);
  const caption = t('import.values', { column: header });
  return (
    <table className={classes.values}>
      <caption className="sr">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t('import.value')}</th>
          <th scope="col" className="num">
            {t('import.valueRows')}
          </th>
          <th scope="col">{t('import.means')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([text, n]) => (
          <tr key={text}>
            <th scope="row">{text}</th>
            <td className="num">{n}</td>
            <td>
              <Select
                size="sm"
                aria-label={t('import.meansFor', { value: text })}
                data={options}
                clearable
                placeholder={known.has(text.toLowerCase()) ? t('import.asIs') : t('import.chooseMeaning')}
                value={meaning(text)}
                onChange={(means) => say(text, means)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
