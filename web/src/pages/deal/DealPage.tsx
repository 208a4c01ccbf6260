import { useAll, useList, useRecord } from '../../api/records.ts';
import type { Deal, Stage } from '../../api/types.ts';
import { dayOf, today } from '../../format/dates.ts';
import { useRights } from '../../parts/editable.ts';
import { Icon } from '../../parts/Icon.tsx';
import { LostDialog } from '../../parts/LostDialog.tsx';
import { PastChip } from '../../parts/PastButton.tsx';
import { usePast, useSepia } from '../../parts/past.ts';
import { Description } from '../../parts/record/Description.tsx';
import { Facts } from '../../parts/record/Facts.tsx';
import { Files } from '../../parts/record/Files.tsx';
import { PlaceSwitch } from '../../parts/record/PlaceSwitch.tsx';
import { RecordLayout } from '../../parts/record/RecordLayout.tsx';
import { Tags } from '../../parts/record/Tags.tsx';
import { usePlace } from '../../parts/record/walk.ts';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { Timeline } from '../../parts/timeline/Timeline.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { useVisit } from '../../shell/recent.ts';
import { t } from '../../texts/index.ts';
import { Contacts } from './Contacts.tsx';
import { DealHead } from './DealHead.tsx';
import { Lines } from './Lines.tsx';
import { useDealMoves } from './useDealMoves.ts';

const firstFacts = [
  'value',
  'expected_close_date',
  'owner_id',
  'organisation_id',
  'person_id',
  'source_id',
  'probability',
  'currency',
];
const elsewhere = [
  'pipeline_id',
  'stage_id',
  'stage_since',
  'status',
  'slip_count',
  'slip_days',
  'next_activity_id',
  'next_activity_at',
];

/** A deal: how far it has come, its facts, what was and what comes, and who and what belongs to it. */
export default function DealPage({ id }: { id: string }) {
  const number = Number(id);
  const past = usePast();
  useSepia(past !== null);
  const {
    data: deal,
    error,
    refetch,
  } = useRecord<Deal>('deals', number, {
    as_of: past?.as_of,
    expand: 'organisation,owner,html',
  });
  const stages = useAll<Stage>('stages', { pipeline_id: deal?.pipeline_id, sort: 'position' }).filter(
    (stage) => stage.pipeline_id === deal?.pipeline_id,
  );
  const stage = stages.find((s) => s.id === deal?.stage_id);
  const place = usePlace(
    'deals',
    number,
    deal?.stage_id ? { stage_id: deal.stage_id, status: deal.status, sort: '-value' } : null,
  );
  useVisit('deals', number, deal?.title);
  return (
    <Frame
      title={deal?.title ?? t('peek.title')}
      crumbs={[
        { label: t('nav.board'), href: deal ? `/board?pipeline=${deal.pipeline_id}` : '/board' },
        ...(stage ? [{ label: stage.name }] : []),
        { label: deal?.title ?? '' },
      ]}
      views={
        <>
          <PlaceSwitch kind="deals" place={place} />
          <PastChip />
        </>
      }
    >
      {error ? (
        <ErrorState error={error} retry={refetch} />
      ) : deal ? (
        <Loaded key={deal.id} deal={deal} stages={stages} />
      ) : (
        <RowSkeletons rows={12} height={44} />
      )}
    </Frame>
  );
}

function Loaded({ deal, stages }: { deal: Deal; stages: Stage[] }) {
  const editable = useRights('deals').update;
  const moves = useDealMoves(deal);
  const lines = useList('deal_lines', {
    deal_id: deal.id,
    sort: 'position,id',
    limit: 200,
    as_of: usePast()?.as_of,
  });
  const hasLines = (lines.data?.data.length ?? 0) > 0;
  return (
    <>
      <RecordLayout
        head={<DealHead deal={deal} stages={stages} moves={moves} editable={editable} />}
        facts={
          <>
            <Facts
              kind="deals"
              row={deal}
              first={firstFacts}
              without={[
                ...elsewhere,
                'title',
                ...(deal.status === 'lost' ? [] : ['lost_reason_id', 'lost_note']),
              ]}
              beside={{
                value: hasLines && <span className="i3 t12">{t('deal.fromLines')}</span>,
                expected_close_date: <CloseMarks deal={deal} />,
              }}
            />
            <Description kind="deals" row={deal} />
            <Tags kind="deals" row={deal} />
          </>
        }
        timeline={<Timeline subject={{ kind: 'deals', row: deal }} />}
        around={
          <>
            <Contacts deal={deal} />
            <Lines deal={deal} />
            <Files subject={{ kind: 'deals', row: deal }} />
          </>
        }
      />
      {moves.losing && <LostDialog deal={deal} onClose={moves.keep} onLose={moves.lose} />}
    </>
  );
}

function CloseMarks({ deal }: { deal: Deal }) {
  const past = usePast();
  const count = Number(deal.slip_count ?? 0);
  const days = Number(deal.slip_days ?? 0);
  const late =
    deal.status === 'open' &&
    deal.expected_close_date &&
    dayOf(deal.expected_close_date) < (past?.day ?? today());
  return (
    <>
      {late && <span className="tag overdue">{t('deal.pastClose')}</span>}
      {count > 0 && (
        <span className="row i3 t12" title={t('board.slips', { n: count, days })}>
          <Icon name="slip" small />
          {t('deal.slips', { count, days })}
        </span>
      )}
    </>
  );
}
