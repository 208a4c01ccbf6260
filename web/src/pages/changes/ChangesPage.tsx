import { Button, SegmentedControl } from '@mantine/core';
import { Link, useSearch } from 'wouter';
import { useMeta, useSession } from '../../api/session.ts';
import { Avatar } from '../../parts/Avatar.tsx';
import { RefText } from '../../parts/fields/ValueText.tsx';
import { setAddress } from '../../parts/past.ts';
import { EmptyState, ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { DateText } from '../../parts/texts.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { t } from '../../texts/index.ts';
import classes from './changes.module.css';
import { type ChangeSet, isUndone, labelOf, originText, useChangeSets } from './data.ts';
import { UndoButton } from './UndoButton.tsx';

/** Everything anybody did, newest first, each to be opened and taken back. */
export default function ChangesPage() {
  const { user } = useSession();
  const overseer = user.role === 'admin' || user.role === 'manager';
  const asked = new URLSearchParams(useSearch()).get('actor') ?? 'all';
  const whose = overseer ? asked : 'me';
  const { sets, error, refetch, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useChangeSets({
    actor: whose === 'all' ? undefined : whose,
  });
  return (
    <Frame title={t('changes.title')} crumbs={[{ label: t('changes.title') }]}>
      <div className={classes.page}>
        <div className={classes.head}>
          <p className="t13 i2">{t('changes.hint')}</p>
          {overseer && (
            <SegmentedControl
              aria-label={t('changes.whose')}
              size="xs"
              data={[
                { value: 'all', label: t('changes.everyone') },
                { value: 'me', label: t('changes.mine') },
              ]}
              value={whose}
              onChange={(actor) => setAddress({ actor: actor === 'all' ? null : actor })}
            />
          )}
        </div>
        {error ? (
          <ErrorState error={error} retry={refetch} />
        ) : isPending ? (
          <RowSkeletons rows={12} />
        ) : sets.length === 0 ? (
          <EmptyState icon="history" title={t('changes.empty')} hint={t('changes.emptyHint')} />
        ) : (
          <section className="panel" aria-label={t('changes.title')}>
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">{t('changes.what')}</th>
                  <th scope="col">{t('changes.when')}</th>
                  <th scope="col">{t('changes.who')}</th>
                  <th scope="col">{t('changes.from')}</th>
                  <th scope="col" className="num">
                    {t('changes.records')}
                  </th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {sets.map((set) => (
                  <SetRow key={set.id} set={set} />
                ))}
              </tbody>
            </table>
          </section>
        )}
        {hasNextPage && (
          <Button className={classes.more} loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {t('changes.more')}
          </Button>
        )}
      </div>
    </Frame>
  );
}

function SetRow({ set }: { set: ChangeSet }) {
  const { kinds } = useMeta();
  const undone = isUndone(set);
  const gone = set.first?.op === 'delete';
  return (
    <tr data-undone={undone || undefined}>
      <th scope="row">
        <Link href={`/changes/${set.id}`} className={classes.name}>
          {labelOf(set, kinds)}
        </Link>
        {!set.label && set.first && !gone && (
          <span className={classes.about}>
            <RefText kind={set.first.kind} id={set.first.id} flat />
          </span>
        )}
        {undone && <span className="tag">{t('changes.undone')}</span>}
      </th>
      <td>
        <DateText value={set.recorded_at} />
      </td>
      <td>
        <Actor set={set} />
      </td>
      <td className={classes.wideOnly}>{originText(set.origin)}</td>
      <td className="num">{set.changes}</td>
      <td className="num">
        <UndoButton set={set} />
      </td>
    </tr>
  );
}

export function Actor({ set }: { set: ChangeSet }) {
  if (!set.actor?.name) return <span className="i3">{t('changes.someone')}</span>;
  return (
    <span className="row">
      <Avatar person={{ id: set.actor.id, name: set.actor.name }} decorative />
      <span className="cut">{set.actor.name}</span>
    </span>
  );
}
