import { ActionIcon, Button } from '@mantine/core';
import { Link } from 'wouter';
import { useList, useRecord } from '../../api/records.ts';
import { mayUpdate, useKind } from '../../api/session.ts';
import type { Deal, Field, Row } from '../../api/types.ts';
import { lightOf } from '../../format/dates.ts';
import { moneyText } from '../../format/money.ts';
import { InlineEdit } from '../../parts/fields/InlineEdit.tsx';
import { recordPath } from '../../parts/fields/paths.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Light } from '../../parts/Light.tsx';
import { usePast } from '../../parts/past.ts';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { DateText } from '../../parts/texts.tsx';
import { t } from '../../texts/index.ts';
import type { Card, Column } from './data.ts';
import type { Moves } from './moves.ts';
import classes from './peek.module.css';

interface Props {
  id: number;
  stages: Column[];
  moves: Moves;
  onClose: () => void;
}

/* Said elsewhere in the panel, or of no use in a glance. */
const leftOut = new Set([
  'title',
  'pipeline_id',
  'stage_id',
  'status',
  'lost_reason_id',
  'lost_note',
  'external_id',
  'closed_at',
]);
const plain = (field: Field) =>
  !field.readonly && !['json', 'refs'].includes(field.type) && !leftOut.has(field.name);

/** A deal beside the board: its stage, what comes next, its facts, edited in place. */
export function PeekPanel({ id, stages, moves, onClose }: Props) {
  const past = usePast();
  const { data: deal, error, refetch } = useRecord<Deal>('deals', id, { as_of: past?.as_of });
  const kind = useKind('deals');
  const path = past ? undefined : recordPath('deals', id);
  const editable = mayUpdate(kind) && !past;
  return (
    <aside className={classes.panel} aria-label={t('peek.title')}>
      <header>
        <h2 className="t16 b">{deal?.title}</h2>
        {path && (
          <ActionIcon component={Link} href={path} aria-label={t('peek.open')}>
            <Icon name="external" />
          </ActionIcon>
        )}
        <ActionIcon aria-label={t('action.close')} onClick={onClose}>
          <Icon name="close" />
        </ActionIcon>
      </header>
      {error ? (
        <ErrorState error={error} retry={refetch} />
      ) : !deal ? (
        <RowSkeletons rows={6} />
      ) : (
        <div className={classes.body}>
          {deal.value !== null && <p className="t28 b">{moneyText(deal.value, deal.currency)}</p>}
          <StageSteps deal={deal} stages={stages} editable={editable} moves={moves} />
          {!past && <Planned deal={deal} />}
          <section>
            <h3 className="t13 b">{t('peek.facts')}</h3>
            {kind?.fields.filter(plain).map((field) => (
              <InlineEdit key={`${id}-${field.name}`} kind="deals" row={deal as Row} field={field} />
            ))}
          </section>
        </div>
      )}
    </aside>
  );
}

function StageSteps({
  deal,
  stages,
  editable,
  moves,
}: {
  deal: Deal;
  stages: Column[];
  editable: boolean;
  moves: Moves;
}) {
  const here = stages.findIndex((s) => s.id === deal.stage_id);
  const card = deal as Card;
  return (
    <section>
      <h3 className="sr">{t('peek.stage')}</h3>
      <ol className={classes.steps}>
        {stages.map((stage, i) => (
          <li key={stage.id}>
            <button
              type="button"
              disabled={!editable}
              data-done={i <= here || undefined}
              aria-current={i === here ? 'step' : undefined}
              aria-label={t('board.moveTo', { stage: stage.name })}
              title={stage.name}
              onClick={() => moves.drop(card, stage.id)}
            />
          </li>
        ))}
      </ol>
      <div className="row">
        <span className="t13 b grow">
          {deal.status === 'open' ? stages[here]?.name : t(`board.zone.${deal.status}`)}
        </span>
        {editable && deal.status === 'open' && (
          <>
            <Button
              size="sm"
              leftSection={<Icon name="lost" small />}
              onClick={() => moves.drop(card, 'lost')}
            >
              {t('peek.lost')}
            </Button>
            <Button size="sm" leftSection={<Icon name="won" small />} onClick={() => moves.drop(card, 'won')}>
              {t('peek.won')}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

interface Activity extends Row {
  subject: string;
  due_at: string | null;
}

function Planned({ deal }: { deal: Deal }) {
  const { data } = useList<Activity>('activities', {
    deal_id: deal.id,
    done: false,
    sort: 'due_at',
    limit: 5,
  });
  if (!data?.data.length) return null;
  return (
    <section>
      <h3 className="t13 b">{t('peek.planned')}</h3>
      <ul className={classes.planned}>
        {data.data.map((activity) => (
          <li key={activity.id}>
            <Light state={lightOf(activity.due_at)} />
            <span className="cut grow">{activity.subject}</span>
            {activity.due_at && <DateText value={activity.due_at} due />}
          </li>
        ))}
      </ul>
    </section>
  );
}
