import { Button } from '@mantine/core';
import type { Deal, Stage } from '../../api/types.ts';
import { exactText, weekdayDateText } from '../../format/dates.ts';
import { useActions } from '../../keys/registry.ts';
import { RefText } from '../../parts/fields/ValueText.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { RecordMenu } from '../../parts/record/RecordMenu.tsx';
import { MoneyText } from '../../parts/texts.tsx';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import classes from './deal.module.css';
import { StageBar } from './StageBar.tsx';
import type { DealMoves } from './useDealMoves.ts';

interface Props {
  deal: Deal;
  stages: Stage[];
  moves: DealMoves;
  editable: boolean;
}

/** What the deal is, what it is worth, how far it has come, and where it goes next. */
export function DealHead({ deal, stages, moves, editable }: Props) {
  const phone = usePhone();
  const open = deal.status === 'open';
  const next = open ? stages[stages.findIndex((s) => s.id === deal.stage_id) + 1] : undefined;
  useActions([
    ...stages.slice(0, 9).map((stage, i) => ({
      id: `deal.stage.${i}`,
      label: t('deal.moveTo', { stage: stage.name }),
      group: 'record' as const,
      icon: 'arrowRight' as const,
      keys: [String(i + 1)],
      disabled: !editable || (open && stage.id === deal.stage_id),
      run: () => moves.move(stage),
    })),
    {
      id: 'deal.won',
      label: t('board.winCard', { title: deal.title }),
      group: 'record',
      icon: 'won',
      keys: ['w'],
      disabled: !editable || deal.status === 'won',
      run: moves.win,
    },
    {
      id: 'deal.lost',
      label: t('board.loseCard', { title: deal.title }),
      group: 'record',
      icon: 'lost',
      keys: ['l'],
      disabled: !editable || deal.status === 'lost',
      run: moves.askLoss,
    },
  ]);
  return (
    <div className={classes.top}>
      <div className={classes.head}>
        <div className="grow">
          <h2 className={classes.title}>{deal.title}</h2>
          <Subtitle deal={deal} />
        </div>
        <p className={classes.value}>
          {deal.value === null ? (
            <span className={classes.noValue}>{t('deal.noValue')}</span>
          ) : (
            <MoneyText amount={deal.value} currency={deal.currency} />
          )}
        </p>
        <div className={classes.ways}>
          {editable && open && (
            <>
              <Button leftSection={<Icon name="lost" small />} onClick={moves.askLoss}>
                {t('deal.lost')}
              </Button>
              <Button leftSection={<Icon name="won" small />} onClick={moves.win}>
                {t('deal.won')}
              </Button>
              {next && (
                <Button
                  variant="filled"
                  rightSection={!phone && <kbd aria-hidden>{stages.indexOf(next) + 1}</kbd>}
                  onClick={() => moves.move(next)}
                >
                  {t('deal.moveTo', { stage: next.name })}
                </Button>
              )}
            </>
          )}
          {!open && (
            <span className={`tag ${deal.status}`}>
              <Icon name={deal.status === 'won' ? 'won' : 'lost'} small />
              {t(deal.status === 'won' ? 'deal.won' : 'deal.lost')}
            </span>
          )}
          {editable && !open && <Button onClick={moves.reopen}>{t('deal.reopen')}</Button>}
          <RecordMenu kind="deals" row={deal} list="/board" />
        </div>
      </div>
      {stages.length > 0 && <StageBar deal={deal} stages={stages} editable={editable} onMove={moves.move} />}
    </div>
  );
}

function Subtitle({ deal }: { deal: Deal }) {
  const { closed_at: closed, expected_close_date: expected } = deal;
  const parts = [
    deal.organisation_id !== null && (
      <RefText key="o" kind="organisations" id={deal.organisation_id} known={deal.organisation} />
    ),
    deal.owner_id !== null && (
      <span key="p">{String((deal.owner as { name?: string } | null)?.name ?? '')}</span>
    ),
    closed && deal.status !== 'open' ? (
      <span key="c" title={exactText(closed)}>
        {t('deal.closed', { when: weekdayDateText(closed) })}
      </span>
    ) : (
      expected && (
        <span key="e" title={exactText(expected)}>
          {t('deal.closes', { when: weekdayDateText(expected) })}
        </span>
      )
    ),
  ].filter(Boolean);
  return <p className={classes.subtitle}>{parts.map((part, i) => [i > 0 && ' · ', part])}</p>;
}
