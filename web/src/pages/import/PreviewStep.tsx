import { Button } from '@mantine/core';
import type { KindMeta } from '../../api/types.ts';
import { numberText } from '../../format/locale.ts';
import { FieldChange } from '../../parts/changes/FieldChange.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import classes from './import.module.css';
import type { Counts, Preview, Sample } from './types.ts';

interface Props {
  kind: KindMeta;
  preview: Preview;
  busy: boolean;
  onRun: () => void;
  onBack: () => void;
}

/** What the import would do, before it does it. */
export function PreviewStep({ kind, preview, busy, onRun, onBack }: Props) {
  const rows = preview.created + preview.updated;
  return (
    <>
      <CountTiles counts={preview} />
      {preview.whole === false && <p className="t13 i2">{t('import.part', { n: preview.looked_at ?? 0 })}</p>}
      {rows === 0 && <EmptyState icon="info" title={t('import.nothing')} hint={t('import.nothingHint')} />}
      <ChangedFields kind={kind} preview={preview} />
      <BadRows preview={preview} />
      <Samples kind={kind} preview={preview} />
      <div className={classes.foot}>
        <Button onClick={onBack}>{t('import.back')}</Button>
        <Button variant="filled" loading={busy} disabled={rows === 0} onClick={onRun}>
          {t('import.run', { n: rows })}
        </Button>
      </div>
    </>
  );
}

export function CountTiles({ counts }: { counts: Counts }) {
  const tiles = [
    ['import.created', counts.created, 'won'],
    ['import.updated', counts.updated, 'planned'],
    ['import.skipped', counts.skipped, 'none'],
    ['import.bad', counts.bad, counts.bad > 0 ? 'overdue' : 'none'],
  ] as const;
  return (
    <dl className={classes.tiles}>
      {tiles.map(([label, n, tone]) => (
        <div key={label} className="panel" data-zero={n === 0 || undefined}>
          <dt>{t(label)}</dt>
          <dd className={`is-${tone}`}>{numberText(n)}</dd>
        </div>
      ))}
    </dl>
  );
}

function ChangedFields({ kind, preview }: { kind: KindMeta; preview: Preview }) {
  const changed = Object.entries(preview.changed_fields).sort((a, b) => b[1] - a[1]);
  if (changed.length === 0 || preview.updated === 0) return null;
  const top = changed[0]![1];
  return (
    <section className={`panel ${classes.box}`} aria-labelledby="changed-fields">
      <h2 id="changed-fields" className="t14 b">
        {t('import.changedFields')}
      </h2>
      <ul className={classes.bars}>
        {changed.map(([name, n]) => (
          <li key={name}>
            <span className="cut">{kind.fields.find((f) => f.name === name)?.label ?? name}</span>
            <span className={classes.track}>
              <span style={{ width: `${(100 * n) / top}%` }} />
            </span>
            <span className="num">{t('import.changedRows', { n })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function BadRows({ preview }: { preview: Preview }) {
  if (preview.bad === 0) return null;
  const rest = preview.bad - preview.bad_rows.length;
  return (
    <div className="panel">
      <header>
        <h2 id="bad-rows">{t('import.badRows')}</h2>
      </header>
      <p className={classes.lead}>{t('import.badHint')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keys */}
      <section className={classes.scroll} tabIndex={0} aria-labelledby="bad-rows">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col" className="num">
                {t('import.badLine')}
              </th>
              <th scope="col">{t('import.badColumn')}</th>
              <th scope="col">{t('import.badReason')}</th>
            </tr>
          </thead>
          <tbody>
            {preview.bad_rows.map((row, i) => (
              <tr key={i}>
                <td className="num">{row.line}</td>
                <td>{row.column}</td>
                <td>{row.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rest > 0 && <p className={classes.lead}>{t('import.badMore', { n: rest })}</p>}
    </div>
  );
}

/* What the server works out by itself says nothing about the file. */
const told = (kind: KindMeta, fields: Sample['fields']) =>
  Object.entries(fields).filter(([name]) => !kind.fields.find((f) => f.name === name)?.readonly);

function Samples({ kind, preview }: { kind: KindMeta; preview: Preview }) {
  if (preview.samples.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="samples">
      <header>
        <h2 id="samples">{t('import.samples')}</h2>
      </header>
      <ul className={classes.samples}>
        {preview.samples.map((sample) => (
          <li key={sample.line}>
            <div className="row">
              <span className={`tag ${sample.action === 'create' ? 'won' : 'planned'}`}>
                {t(sample.action === 'create' ? 'import.willCreate' : 'import.willUpdate')}
              </span>
              <b className="cut">{sample.title}</b>
              <span className="t12 i3">{t('import.line', { line: sample.line })}</span>
            </div>
            <dl className={classes.diff}>
              {told(kind, sample.fields ?? {}).map(([name, change]) => (
                <FieldChange key={name} kind={kind} name={name} change={change} all={sample.fields} />
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}
