import { useRecord } from '../../api/records.ts';
import { useKind } from '../../api/session.ts';
import type { Row } from '../../api/types.ts';
import { Avatar } from '../../parts/Avatar.tsx';
import { PastChip } from '../../parts/PastButton.tsx';
import { usePast, useSepia } from '../../parts/past.ts';
import { Description } from '../../parts/record/Description.tsx';
import { Facts } from '../../parts/record/Facts.tsx';
import { Files } from '../../parts/record/Files.tsx';
import { PlaceSwitch } from '../../parts/record/PlaceSwitch.tsx';
import { RecordLayout } from '../../parts/record/RecordLayout.tsx';
import { RecordMenu } from '../../parts/record/RecordMenu.tsx';
import { Tags } from '../../parts/record/Tags.tsx';
import { usePlace } from '../../parts/record/walk.ts';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { Timeline } from '../../parts/timeline/Timeline.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { useVisit } from '../../shell/recent.ts';
import classes from './contacts.module.css';

interface Props {
  kind: 'organisations' | 'people';
  id: string;
  expand: string;
  firstFacts: string[];
  /** Under the name: what tells this one from others. */
  subtitle: (row: Row) => React.ReactNode;
  /** At the right of the name: ways to reach it. */
  ways?: (row: Row) => React.ReactNode;
  around: (row: Row) => React.ReactNode;
}

/** An organisation or a person: its facts, all that happened with it, and what belongs to it. */
export function ContactPage({ kind, id, expand, firstFacts, subtitle, ways, around }: Props) {
  const number = Number(id);
  const past = usePast();
  useSepia(past !== null);
  const meta = useKind(kind);
  const { data: row, error, refetch } = useRecord(kind, number, { as_of: past?.as_of, expand });
  const place = usePlace(kind, number, null);
  const name = row ? String(row.name) : undefined;
  useVisit(kind, number, name);
  return (
    <Frame
      title={name ?? meta?.label ?? ''}
      crumbs={[{ label: meta?.labels, href: `/${kind}` }, { label: name ?? '' }]}
      views={
        <>
          <PlaceSwitch kind={kind} place={place} />
          <PastChip />
        </>
      }
    >
      {error ? (
        <ErrorState error={error} retry={refetch} />
      ) : row ? (
        <RecordLayout
          key={row.id}
          head={
            <div className={classes.head}>
              {kind === 'people' && <Avatar person={{ id: -1, name }} decorative large />}
              <div className="grow">
                <h2 className={classes.name}>{name}</h2>
                <p className={classes.subtitle}>{subtitle(row)}</p>
              </div>
              {ways?.(row)}
              <RecordMenu kind={kind} row={row} list={`/${kind}`} />
            </div>
          }
          facts={
            <>
              <Facts kind={kind} row={row} first={firstFacts} without={[]} />
              <Description kind={kind} row={row} />
              <Tags kind={kind} row={row} />
            </>
          }
          timeline={<Timeline subject={{ kind, row }} />}
          around={
            <>
              {around(row)}
              <Files subject={{ kind, row }} />
            </>
          }
        />
      ) : (
        <RowSkeletons rows={12} height={44} />
      )}
    </Frame>
  );
}
