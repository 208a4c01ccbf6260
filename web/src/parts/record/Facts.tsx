import { useEffect, useRef, useState } from 'react';
import { fieldOf } from '../../api/cache.ts';
import { useKind } from '../../api/session.ts';
import type { Field, Row } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import { InlineEdit } from '../fields/InlineEdit.tsx';
import { FactHistory } from './FactHistory.tsx';
import { Panel } from './Panel.tsx';
import classes from './record.module.css';

interface Props {
  kind: string;
  row: Row;
  /** The fields that come first, in this order. */
  first: string[];
  /** Fields shown elsewhere on the page. */
  without: string[];
  /** What stands beside the value of a field, or in its place. */
  beside?: Record<string, React.ReactNode>;
}

const system = ['id', 'version', 'custom', 'tags', 'created_at', 'updated_at', 'external_id'];
const dwell = 220;

const isEmpty = (row: Row, field: Field) => (fieldOf(row, field.name) ?? '') === '';

/** The facts of a record, edited in place; what a fact has been shows below when it is pointed at or focused. */
export function Facts({ kind, row, first, without, beside = {} }: Props) {
  const meta = useKind(kind);
  const [all, setAll] = useState(false);
  const [looked, setLooked] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const fields = (meta?.fields ?? []).filter(
    (f) =>
      !system.includes(f.name) &&
      !without.includes(f.name) &&
      f.type !== 'markdown' &&
      !(f.readonly && isEmpty(row, f)),
  );
  const order = (f: Field) => {
    const place = first.indexOf(f.name);
    return place < 0 ? first.length : place;
  };
  const sorted = [...fields].sort((a, b) => order(a) - order(b));
  const folded = sorted.filter((f) => isEmpty(row, f) && !first.includes(f.name) && !f.custom);
  const shown = all ? sorted : sorted.filter((f) => !folded.includes(f));
  const field = meta?.fields.find((f) => f.name === looked);
  const look = (name: string, after: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setLooked(name), after);
  };

  return (
    <Panel title={t('record.facts')}>
      <div className={classes.facts}>
        {shown.map((f) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: pointing only shows more; focus does the same
          <div
            key={f.name}
            className={classes.fact}
            data-looked={looked === f.name || undefined}
            onMouseEnter={() => look(f.name, dwell)}
            onMouseLeave={() => clearTimeout(timer.current)}
            onFocus={() => look(f.name, 0)}
          >
            <InlineEdit kind={kind} row={row} field={f} beside={beside[f.name]} />
          </div>
        ))}
      </div>
      {folded.length > 0 && (
        <button type="button" className={classes.fold} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('record.fewerFacts') : t('record.moreFacts', { n: folded.length })}
        </button>
      )}
      {field && <FactHistory kind={kind} row={row} field={field} />}
    </Panel>
  );
}
