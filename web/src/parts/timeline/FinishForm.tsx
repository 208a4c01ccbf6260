import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { patchRow } from '../../api/cache.ts';
import { useSession } from '../../api/session.ts';
import { useBatch } from '../../api/write.ts';
import { t } from '../../texts/index.ts';
import { type Activity, type ActivityType, activityTypes } from './kinds.ts';
import classes from './timeline.module.css';
import { WhenPicker } from './WhenPicker.tsx';
import { momentOf } from './when.ts';

interface Props {
  activity: Activity;
  onClose: () => void;
}

/** Ticking off: what came of it and what comes next, saved as one change so that one undo takes both back. */
export function FinishForm({ activity, onClose }: Props) {
  const [outcome, setOutcome] = useState('');
  const [type, setType] = useState<ActivityType>('call');
  const [next, setNext] = useState('');
  const [at, setAt] = useState<string | null>(() => momentOf('tomorrow'));
  const { user } = useSession();
  const batch = useBatch('activities');
  const follows = next.trim() !== '';

  const save = () => {
    if (batch.isPending) return;
    const done = { done: true, outcome: outcome.trim() || null };
    const links = { deal_id: activity.deal_id, organisation_id: activity.organisation_id };
    batch.mutate(
      {
        label: t('finish.label', { subject: activity.subject }),
        operations: [
          { op: 'update', id: activity.id, version: activity.version, fields: done },
          ...(follows
            ? [
                {
                  op: 'create' as const,
                  fields: {
                    type,
                    subject: next.trim(),
                    due_at: at,
                    owner_id: user.id,
                    person_id: activity.person_id,
                    ...links,
                  },
                },
              ]
            : []),
        ],
      },
      {
        onSuccess: () => {
          patchRow('activities', activity.id, done);
          onClose();
        },
      },
    );
  };

  return (
    <form
      className={classes.finish}
      onSubmit={(e) => {
        e.preventDefault();
        save();
      }}
      onKeyDown={(e) => {
        if (e.key !== 'Escape') return;
        e.stopPropagation();
        onClose();
      }}
    >
      <TextInput
        autoFocus
        label={t('finish.outcome')}
        maxLength={500}
        value={outcome}
        onChange={(e) => setOutcome(e.currentTarget.value)}
      />
      <div className={classes.composeRow}>
        <TextInput
          className="grow"
          label={t('finish.next')}
          placeholder={t('finish.nextHint')}
          maxLength={300}
          value={next}
          onChange={(e) => setNext(e.currentTarget.value)}
        />
        <Select
          className={classes.nextType}
          label={t('finish.type')}
          data={activityTypes.map((value) => ({ value, label: t(`type.${value}`) }))}
          value={type}
          allowDeselect={false}
          onChange={(value) => value && setType(value as ActivityType)}
        />
      </div>
      {follows && <WhenPicker label={t('compose.when')} value={at} onChange={setAt} />}
      <div className={classes.composeFoot}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled" loading={batch.isPending}>
          {t(follows ? 'finish.donePlan' : 'finish.done')}
        </Button>
      </div>
    </form>
  );
}
