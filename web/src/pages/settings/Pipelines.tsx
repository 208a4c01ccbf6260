import { ActionIcon, Button } from '@mantine/core';
import { useState } from 'react';
import { useList } from '../../api/records.ts';
import { mayCreate, mayDelete, mayUpdate, useKind } from '../../api/session.ts';
import type { Pipeline, Row, Stage } from '../../api/types.ts';
import { useRemove } from '../../api/write.ts';
import { Icon } from '../../parts/Icon.tsx';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { KindList } from './KindList.tsx';
import { RowDialog } from './RowDialog.tsx';
import classes from './settings.module.css';

const form = ['name', 'ask_lost_reason'];

/** Each pipeline with its stages in order. */
export function Pipelines() {
  const meta = useKind('pipelines');
  const { data, error, refetch } = useList<Pipeline>('pipelines', { limit: 500, sort: 'position,id' });
  const remove = useRemove('pipelines');
  const [editing, setEditing] = useState<Pipeline | 'new' | null>(null);
  if (error && !data) return <ErrorState error={error} retry={refetch} />;
  if (!data) return <RowSkeletons rows={6} />;
  return (
    <>
      {data.data.map((pipeline) => (
        <section key={pipeline.id} className="panel" aria-labelledby={`pipeline-${pipeline.id}`}>
          <header>
            <h2 id={`pipeline-${pipeline.id}`} className="t14 b">
              {pipeline.name}
            </h2>
            {pipeline.ask_lost_reason && <span className="tag">{t('settings.asksReason')}</span>}
            <span className="grow" />
            {mayUpdate(meta) && (
              <ActionIcon
                aria-label={t('settings.edit', { title: pipeline.name })}
                onClick={() => setEditing(pipeline)}
              >
                <Icon name="edit" small />
              </ActionIcon>
            )}
            {mayDelete(meta) && (
              <ActionIcon
                aria-label={t('settings.delete', { title: pipeline.name })}
                onClick={() =>
                  remove.mutate({
                    row: pipeline,
                    label: t('settings.deleted', { title: pipeline.name }),
                  })
                }
              >
                <Icon name="trash" small />
              </ActionIcon>
            )}
          </header>
          <KindList
            kind="stages"
            ordered
            filter={{ pipeline_id: pipeline.id }}
            given={{ pipeline_id: pipeline.id }}
            form={['name', 'probability', 'rotting_days', 'description']}
            add={t('settings.addStage')}
            marks={(row) => <StageFacts stage={row as unknown as Stage & Row} />}
          />
        </section>
      ))}
      {mayCreate(meta) && (
        <div>
          <Button leftSection={<Icon name="plus" />} onClick={() => setEditing('new')}>
            {t('settings.new', { kind: (meta?.label ?? '').toLocaleLowerCase() })}
          </Button>
        </div>
      )}
      {editing && (
        <RowDialog
          kind="pipelines"
          row={editing === 'new' ? undefined : editing}
          fields={form}
          given={editing === 'new' ? { position: data.data.length + 1 } : {}}
          title={
            editing === 'new'
              ? t('settings.new', { kind: (meta?.label ?? '').toLocaleLowerCase() })
              : t('settings.edit', { title: editing.name })
          }
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

function StageFacts({ stage }: { stage: Stage }) {
  return (
    <span className={classes.facts}>
      <span>{t('settings.stageProbability', { n: stage.probability })}</span>
      {stage.rotting_days !== null && (
        <span className="i3">{t('settings.stageRotting', { n: stage.rotting_days })}</span>
      )}
    </span>
  );
}
