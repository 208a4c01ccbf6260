import { Button, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useSession } from '../../api/session.ts';
import { errorText } from '../../api/toasts.ts';
import { useCreate } from '../../api/write.ts';
import { useActions } from '../../keys/registry.ts';
import { t } from '../../texts/index.ts';
import { RefPicker } from '../fields/RefPicker.tsx';
import { Icon } from '../Icon.tsx';
import switchClasses from '../switch.module.css';
import { type Draft, emptyDraft, useDraft } from './draft.ts';
import { activityTypes, entryIcons, linksOf, type Subject } from './kinds.ts';
import classes from './timeline.module.css';
import { WhenPicker } from './WhenPicker.tsx';

const types = ['note', ...activityTypes] as const;

/** Where something about the record is written down or planned; `n` comes here. */
export function Composer({ subject }: { subject: Subject }) {
  const { draft, change } = useDraft(`${subject.kind}/${subject.row.id}`);
  const [problem, setProblem] = useState<string | null>(null);
  const text = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const note = useCreate('notes');
  const activity = useCreate('activities');
  const { user } = useSession();
  const isNote = draft.type === 'note';
  const planned = draft.type === 'task' || draft.planned;
  useActions([
    {
      id: 'compose',
      label: t('compose.key'),
      group: 'record',
      icon: 'note',
      keys: ['n'],
      run: () => text.current?.focus(),
    },
  ]);

  const save = () => {
    const written = draft.text.trim();
    if (!written || note.isPending || activity.isPending) return;
    const settled = {
      onSuccess: () => {
        change({ ...emptyDraft, type: draft.type, planned: draft.planned });
        setProblem(null);
      },
      onError: (error: unknown) => setProblem(errorText(error)),
    };
    if (isNote)
      note.mutate({ fields: { body: written, ...linksOf(subject) }, label: t('compose.savedNote') }, settled);
    else
      activity.mutate(
        {
          fields: activityFields(subject, draft, planned, user.id),
          label: t('compose.saved', { subject: written }),
        },
        settled,
      );
  };

  return (
    <form
      className={classes.compose}
      aria-label={t('compose.title')}
      onSubmit={(e) => {
        e.preventDefault();
        save();
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) save();
        if (e.key === 'Escape') (e.target as HTMLElement).blur();
      }}
    >
      <div className={classes.composeHead}>
        <div className={switchClasses.switch} role="toolbar" aria-label={t('compose.what')}>
          {types.map((type) => (
            <button
              key={type}
              type="button"
              aria-pressed={draft.type === type}
              aria-label={t(`type.${type}`)}
              onClick={() => {
                change({ type });
                requestAnimationFrame(() => text.current?.focus());
              }}
            >
              <Icon name={entryIcons[type]} small />
              <span className={classes.typeName}>{t(`type.${type}`)}</span>
            </button>
          ))}
        </div>
        <p className={classes.hint}>
          <kbd>n</kbd> {t('compose.toWrite')}
        </p>
      </div>
      {isNote ? (
        <Textarea
          ref={text}
          autosize
          minRows={draft.text ? 3 : 1}
          maxRows={16}
          aria-label={t('compose.note')}
          placeholder={t('compose.note')}
          value={draft.text}
          error={problem}
          onChange={(e) => change({ text: e.currentTarget.value })}
        />
      ) : (
        <TextInput
          ref={text}
          aria-label={t(`compose.${draft.type as 'call'}`)}
          placeholder={t(`compose.${draft.type as 'call'}`)}
          value={draft.text}
          maxLength={300}
          error={problem}
          onChange={(e) => change({ text: e.currentTarget.value })}
        />
      )}
      {(draft.text !== '' || !isNote) && (
        <>
          {!isNote && <Details subject={subject} draft={draft} planned={planned} change={change} />}
          <div className={classes.composeFoot}>
            <Button type="submit" variant="filled" disabled={!draft.text.trim()}>
              {isNote
                ? t('compose.saveNote')
                : t(planned ? 'compose.plan' : 'compose.log', {
                    type: t(`type.${draft.type as 'call'}`).toLowerCase(),
                  })}
            </Button>
          </div>
        </>
      )}
    </form>
  );
}

interface DetailsProps {
  subject: Subject;
  draft: Draft;
  planned: boolean;
  change: (part: Partial<Draft>) => void;
}

function Details({ subject, draft, planned, change }: DetailsProps) {
  const organisation = subject.kind === 'organisations' ? subject.row.id : subject.row.organisation_id;
  return (
    <>
      <div className={classes.composeRow}>
        {draft.type !== 'task' && (
          <div className={switchClasses.switch} role="toolbar" aria-label={t('compose.state')}>
            {[true, false].map((choice) => (
              <button
                key={String(choice)}
                type="button"
                aria-pressed={draft.planned === choice}
                onClick={() => change({ planned: choice, at: null })}
              >
                {t(choice ? 'compose.planned' : 'compose.happened')}
              </button>
            ))}
          </div>
        )}
        <WhenPicker
          label={t('compose.when')}
          value={draft.at}
          onChange={(at) => change({ at })}
          past={!planned}
        />
      </div>
      <div className={classes.composeRow}>
        {subject.kind !== 'people' && (
          <div className="grow">
            <RefPicker
              kind="people"
              label={t('compose.with')}
              showLabel
              clearable
              value={draft.person_id}
              onChange={(person_id) => change({ person_id })}
              filter={organisation ? { organisation_id: Number(organisation) } : undefined}
            />
          </div>
        )}
        <NumberInput
          className={classes.minutes}
          label={t('compose.minutes')}
          min={0}
          max={14400}
          step={15}
          allowDecimal={false}
          value={draft.minutes ?? ''}
          onChange={(value) => change({ minutes: value === '' ? null : Number(value) })}
        />
      </div>
      <Textarea
        label={t('compose.notes')}
        autosize
        minRows={2}
        maxRows={12}
        value={draft.notes}
        onChange={(e) => change({ notes: e.currentTarget.value })}
      />
    </>
  );
}

function activityFields(subject: Subject, draft: Draft, planned: boolean, owner: number) {
  const at = draft.at ?? (planned ? null : new Date().toISOString());
  return {
    type: draft.type,
    subject: draft.text.trim(),
    body: draft.notes.trim() || null,
    duration_min: draft.minutes,
    owner_id: owner,
    due_at: at,
    ...(planned ? {} : { done: true, done_at: at }),
    ...linksOf(subject),
    ...(draft.person_id === null ? {} : { person_id: draft.person_id }),
  };
}
