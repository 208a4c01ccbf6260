import { ActionIcon, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Pipeline } from '../../api/types.ts';
import { addDays, today } from '../../format/dates.ts';
import { useActions } from '../../keys/registry.ts';
import { Icon } from '../../parts/Icon.tsx';
import { goTo, usePast } from '../../parts/past.ts';
import { ViewSwitch } from '../../parts/ViewSwitch.tsx';
import { Frame } from '../../shell/Frame.tsx';
import { usePhone } from '../../shell/usePhone.ts';
import { t } from '../../texts/index.ts';
import classes from './board.module.css';
import type { BoardData } from './data.ts';
import { PipelineMenu } from './PipelineMenu.tsx';
import { PastActions } from './past/PastActions.tsx';
import { adding, folded } from './state.ts';

interface Props {
  pipelines: Pipeline[];
  pipeline: Pipeline | undefined;
  board: BoardData | undefined;
  editable: boolean;
  /** Filters and totals, or the date; a phone has it below the names of the columns instead. */
  bar: ReactNode;
  children: ReactNode;
}

/** Everything around the columns: where this is, the views, the main actions. */
export function BoardFrame({ pipelines, pipeline, board, editable, bar, children }: Props) {
  const past = usePast();
  const phone = usePhone();
  const name = pipeline?.name ?? t('board.title');
  const first = () => board?.stages.find((s) => !folded.get().includes(s.id))?.id ?? null;
  const lookBack = () => goTo(addDays(today(), -7));
  useActions([
    {
      id: 'past.open',
      label: t('past.openLabel'),
      group: 'board',
      icon: 'history',
      keys: ['t'],
      disabled: past !== null,
      run: lookBack,
    },
  ]);
  const actions = past ? (
    <PastActions />
  ) : phone ? (
    <ActionIcon size="lg" aria-label={t('past.openLabel')} onClick={lookBack}>
      <Icon name="history" />
    </ActionIcon>
  ) : (
    <>
      <Button leftSection={<Icon name="history" />} onClick={lookBack}>
        {t('past.open')}
      </Button>
      {editable && (
        <Button
          variant="filled"
          leftSection={<Icon name="plus" />}
          rightSection={<kbd aria-hidden>c</kbd>}
          onClick={() => adding.set(first())}
        >
          {t('board.addDeal')}
        </Button>
      )}
    </>
  );
  return (
    <Frame
      title={name}
      crumbs={[
        { label: t('board.title') },
        { label: <PipelineMenu pipelines={pipelines} pipeline={pipeline} /> },
      ]}
      views={
        <>
          <ViewSwitch here="/board" />
          {past && (
            <span className="tag">
              <Icon name="lock" />
              {t('past.readOnly')}
            </span>
          )}
        </>
      }
      actions={actions}
    >
      {!phone && bar}
      <div className={classes.work}>{children}</div>
    </Frame>
  );
}
