import { useHistory } from '../../api/records.ts';
import type { Field, Row } from '../../api/types.ts';
import { t, tx } from '../../texts/index.ts';
import { ValueText } from '../fields/ValueText.tsx';
import { DateText } from '../texts.tsx';
import { pastOf } from '../timeline/told.ts';
import classes from './record.module.css';

const most = 6;

interface Props {
  kind: string;
  row: Row;
  field: Field;
}

/** What a fact has been: each value, when it was set, and by whom. */
export function FactHistory({ kind, row, field }: Props) {
  const { data } = useHistory(kind, row.id);
  const past = pastOf(data?.data ?? [], field.name).slice(0, most);
  const custom = field.name.startsWith('custom.') ? field.name.slice('custom.'.length) : null;
  const asRow = (value: unknown): Partial<Row> => ({
    currency: row.currency,
    ...(custom ? { custom: { [custom]: value } } : { [field.name]: value }),
  });
  return (
    <section className={classes.history} aria-label={t('record.history', { field: field.label })}>
      <h3>{t('record.history', { field: field.label })}</h3>
      {past.length === 0 && <p>{t('record.neverChanged')}</p>}
      <ul>
        {past.map(({ seq, at, who, after }) => {
          const when = <DateText key="w" value={at} />;
          const by = who ?? t('change.someone');
          return (
            <li key={seq}>
              {after === null || after === undefined
                ? tx('record.cleared', { when, who: by })
                : tx('record.set', {
                    value: <ValueText key="v" field={field} row={asRow(after)} flat />,
                    when,
                    who: by,
                  })}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
