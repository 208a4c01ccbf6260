import { useQuery } from '@tanstack/react-query';
import { rowsKey } from '../../api/cache.ts';
import { api } from '../../api/client.ts';
import type { Deal, Stage } from '../../api/types.ts';
import { dateText, exactText, weekdayDateText } from '../../format/dates.ts';
import { usePast } from '../../parts/past.ts';
import { t } from '../../texts/index.ts';
import classes from './deal.module.css';

export interface StageVisit {
  stage_id: number;
  name: string;
  entered_at: string | null;
  days: number | null;
  visits: number;
  current: boolean;
}

function useVisits(deal: Deal) {
  return useQuery({
    queryKey: rowsKey('deals', 'stages', deal.id),
    queryFn: ({ signal }) => api.get<StageVisit[]>(`/deals/${deal.id}/stages`, undefined, signal),
  }).data;
}

interface Props {
  deal: Deal;
  stages: Stage[];
  editable: boolean;
  onMove: (stage: Stage) => void;
}

/** The stages of the pipeline: what lies behind is tinted, where the deal stands is full, what is ahead is open. */
export function StageBar({ deal, stages, editable, onMove }: Props) {
  const visits = useVisits(deal);
  const past = usePast();
  const here = stages.findIndex((stage) => stage.id === deal.stage_id);
  return (
    <ol className={classes.stages} aria-label={t('deal.stages')}>
      {stages.map((stage, i) => {
        const found = visits?.find((v) => v.stage_id === stage.id);
        const visit = past && (found?.entered_at ?? '') >= past.as_of ? undefined : found;
        const now = i === here;
        const been = Boolean(visit?.entered_at);
        const state = now ? deal.status : been || i < here ? 'done' : 'ahead';
        const days = been && visit?.days != null && !past ? Math.round(visit.days) : null;
        return (
          <li key={stage.id} data-state={state}>
            <button
              type="button"
              disabled={!editable || (now && deal.status === 'open')}
              aria-current={now ? 'step' : undefined}
              title={stage.description ?? undefined}
              onClick={() => onMove(stage)}
            >
              <b className="cut">{stage.name}</b>{' '}
              {days !== null && <span>{t('deal.stageDays', { days })}</span>}
              {editable && !now && <span className="sr">. {t('deal.moveTo', { stage: stage.name })}</span>}
            </button>
            {visit?.entered_at && (
              <small title={exactText(visit.entered_at)}>
                {now && deal.status === 'open'
                  ? t('deal.since', { when: weekdayDateText(visit.entered_at) })
                  : dateText(visit.entered_at)}
                {visit.visits > 1 && ` · ${t('deal.visits', { n: visit.visits })}`}
              </small>
            )}
          </li>
        );
      })}
    </ol>
  );
}
