import { Link } from 'wouter';
import { useMeta } from '../../api/session.ts';
import type { LogItem } from '../../api/types.ts';
import { numberText } from '../../format/locale.ts';
import { FieldChange } from '../../parts/changes/FieldChange.tsx';
import { recordPath } from '../../parts/fields/paths.ts';
import { RefText } from '../../parts/fields/ValueText.tsx';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { DateText } from '../../parts/texts.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { t } from '../../texts/index.ts';
import { Actor } from './ChangesPage.tsx';
import classes from './changes.module.css';
import { labelOf, originText, useChangeSet } from './data.ts';
import { UndoButton } from './UndoButton.tsx';

/** One change set: who, when, from where, and every record it touched. */
export default function ChangeSetPage({ id }: { id: string }) {
  const { kinds } = useMeta();
  const { data: set, error, refetch } = useChangeSet(Number(id));
  const name = set ? labelOf(set, kinds) : t('changes.number', { n: Number(id) });
  return (
    <Frame title={name} crumbs={[{ label: t('changes.title'), href: '/changes' }, { label: name }]}>
      <div className={classes.page}>
        {error ? (
          <ErrorState error={error} retry={refetch} />
        ) : !set ? (
          <RowSkeletons rows={8} />
        ) : (
          <>
            <section className={`panel ${classes.summary}`}>
              <Actor set={set} />
              <DateText value={set.recorded_at} />
              <span>{originText(set.origin)}</span>
              <span>{t('changes.count', { n: set.changes })}</span>
              {set.undoes !== null && (
                <Link className="link" href={`/changes/${set.undoes}`}>
                  {t('changes.undoOf', { n: set.undoes })}
                </Link>
              )}
              {set.undone_by !== null && (
                <Link className="link" href={`/changes/${set.undone_by}`}>
                  {t('changes.undoneBy', { n: set.undone_by })}
                </Link>
              )}
              <span className="grow" />
              <UndoButton set={set} size="md" />
            </section>
            <section className="panel" aria-label={t('changes.records')}>
              {set.data.length === 0 && <p className={classes.lead}>{t('changes.nothingVisible')}</p>}
              <ul>
                {set.data.map((item) => (
                  <Item key={item.seq} item={item} />
                ))}
              </ul>
            </section>
            {set.changes > set.data.length && set.data.length > 0 && (
              <p className="t13 i2">{t('changes.first', { n: set.data.length })}</p>
            )}
          </>
        )}
      </div>
    </Frame>
  );
}

const tones = { create: 'won', update: 'planned', delete: 'lost' } as const;

function Item({ item }: { item: LogItem }) {
  const kind = useMeta().kinds.find((k) => k.name === item.kind);
  const worked = (name: string) => kind?.fields.find((f) => f.name === name)?.readonly === true;
  const shown = Object.entries(item.fields).filter(
    ([name, [, after]]) =>
      item.op === 'update' || (!worked(name) && (item.op === 'delete' || after !== null)),
  );
  const then = item.occurred_at.slice(0, 19) !== item.recorded_at.slice(0, 19);
  return (
    <li className={classes.item}>
      <div className="row">
        <span className={`tag ${tones[item.op]}`}>{t(`changes.op.${item.op}`)}</span>
        <span className="t13 i3">{kind?.label ?? item.kind}</span>
        <b className="cut">
          <Name item={item} titleField={kind?.title_field} />
        </b>
        {then && (
          <span className="t12 i3">
            <DateText value={item.occurred_at} />
          </span>
        )}
      </div>
      <dl className={classes.fields}>
        {shown.slice(0, 24).map(([name, change]) => (
          <FieldChange key={name} kind={kind} name={name} change={change} all={item.fields} />
        ))}
      </dl>
    </li>
  );
}

/* A deleted record is known by the name it had; one that is there by the name it has. */
function Name({ item, titleField }: { item: LogItem; titleField: string | undefined }) {
  const told = titleField ? item.fields[titleField] : undefined;
  const name = told?.[item.op === 'delete' ? 0 : 1];
  const path = recordPath(item.kind, item.id);
  if (item.op === 'delete') return <span>{String(name ?? `#${numberText(item.id)}`)}</span>;
  if (typeof name !== 'string') return <RefText kind={item.kind} id={item.id} />;
  return path ? (
    <Link className="link" href={path}>
      {name}
    </Link>
  ) : (
    <span>{name}</span>
  );
}
