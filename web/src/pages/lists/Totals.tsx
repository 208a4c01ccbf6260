import type { Summary } from '../../api/records.ts';
import type { Field, KindMeta } from '../../api/types.ts';
import { Icon } from '../../parts/Icon.tsx';
import { MoneyText } from '../../parts/texts.tsx';
import { t } from '../../texts/index.ts';
import { isNumeric } from './columns.ts';
import classes from './list.module.css';

interface Props {
  meta: KindMeta;
  columns: Field[];
  summary: Summary;
}

export const countText = (meta: KindMeta, n: number) =>
  t('list.count', { n, one: meta.label.toLowerCase(), many: meta.labels.toLowerCase() });

const isLeftOut = (unconverted: unknown) =>
  Array.isArray(unconverted) ? unconverted.length > 0 : Boolean(unconverted);

/** How many there are and what they add up to, of all that the filters match and not only of what is in sight. */
export function Totals({ meta, columns, summary }: Props) {
  return (
    <tfoot>
      <tr>
        <td className={classes.tick} />
        {columns.map((field, i) => {
          const sum = summary.sums[field.name];
          return (
            <td key={field.name} className={isNumeric(field) ? 'num' : undefined}>
              {i === 0 ? (
                <b>{countText(meta, summary.count)}</b>
              ) : (
                sum && (
                  <b>
                    {isLeftOut(sum.unconverted) && (
                      <span title={t('list.unconverted')}>
                        <Icon name="warning" small label={t('list.unconverted')} />{' '}
                      </span>
                    )}
                    <MoneyText amount={sum.amount} currency={sum.currency} />
                  </b>
                )
              )}
            </td>
          );
        })}
      </tr>
    </tfoot>
  );
}
