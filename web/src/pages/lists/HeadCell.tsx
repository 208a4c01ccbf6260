import type { Field } from '../../api/types.ts';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import { isNumeric } from './columns.ts';
import classes from './list.module.css';

interface Props {
  field: Field;
  sort: string | null;
  onSort: (sort: string | null) => void;
}

/** A column's name; pressing it sorts up, then down, then as at first. */
export function HeadCell({ field, sort, onSort }: Props) {
  const up = sort === field.name;
  const down = sort === `-${field.name}`;
  const numeric = isNumeric(field);
  const name = <span className="cut">{field.label}</span>;
  return (
    <th
      scope="col"
      className={numeric ? 'num' : undefined}
      aria-sort={up ? 'ascending' : down ? 'descending' : undefined}
    >
      {field.sortable === false || field.custom ? (
        <span className={classes.head} title={field.doc ?? undefined}>
          {name}
        </span>
      ) : (
        <button
          type="button"
          className={classes.head}
          title={field.doc ?? t('list.sortBy', { column: field.label })}
          onClick={() => onSort(up ? `-${field.name}` : down ? null : field.name)}
        >
          {name}
          {(up || down) && <Icon name={up ? 'chevronUp' : 'chevronDown'} small />}
        </button>
      )}
    </th>
  );
}
