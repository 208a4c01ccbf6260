import type { Field, KindMeta } from '../../api/types.ts';
import { ValueText } from '../fields/ValueText.tsx';
import { Icon } from '../Icon.tsx';
import classes from './changes.module.css';

type Changes = Record<string, [before: unknown, after: unknown]>;

interface Props {
  kind: KindMeta | undefined;
  name: string;
  change: [before: unknown, after: unknown];
  /** The other changes of the record, which know its currency. */
  all?: Changes;
}

const none = (value: unknown) => value === null || value === undefined || value === '';

/** One field of a change: what it was, and what it is since. */
export function FieldChange({ kind, name, change: [before, after], all }: Props) {
  const field = kind?.fields.find((f) => f.name === name);
  return (
    <div className={classes.change}>
      <dt>{field?.label ?? name}</dt>
      <dd>
        {!none(before) && (
          <del>
            <Value field={field} name={name} value={before} all={all} side={0} />
          </del>
        )}
        {!none(before) && <Icon name="arrowRight" small />}
        {none(after) ? (
          <span className="i3">—</span>
        ) : (
          <span className={classes.after}>
            <Value field={field} name={name} value={after} all={all} side={1} />
          </span>
        )}
      </dd>
    </div>
  );
}

interface ValueProps {
  field: Field | undefined;
  name: string;
  value: unknown;
  all: Changes | undefined;
  side: 0 | 1;
}

function Value({ field, name, value, all, side }: ValueProps) {
  /* A name where an id is expected is a record that is yet to be made. */
  if (!field || (field.type === 'ref' && typeof value !== 'number'))
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  const currency = all?.[field.currency ?? 'currency']?.[side];
  const row = name.startsWith('custom.')
    ? { custom: { [name.slice('custom.'.length)]: value }, currency }
    : { currency, [name]: value };
  return <ValueText field={field} row={row} flat />;
}
