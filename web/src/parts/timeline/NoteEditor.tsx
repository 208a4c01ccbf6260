import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useUpdate } from '../../api/write.ts';
import { t } from '../../texts/index.ts';
import type { Note } from './kinds.ts';
import classes from './timeline.module.css';

/** A note's text while it is rewritten; the version it began with guards against overwriting another's. */
export function NoteEditor({ note, onClose }: { note: Note; onClose: () => void }) {
  const [base] = useState(note);
  const [text, setText] = useState(note.body);
  const update = useUpdate('notes');
  const save = () => {
    onClose();
    if (text.trim() && text !== base.body)
      update.mutate({
        row: base,
        fields: { body: text },
        label: t('entry.changedNote'),
        quiet: true,
      });
  };
  return (
    <form
      className={classes.noteEditor}
      onSubmit={(e) => {
        e.preventDefault();
        save();
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) save();
        if (e.key === 'Escape') {
          e.stopPropagation();
          onClose();
        }
      }}
    >
      <Textarea
        autoFocus
        autosize
        minRows={3}
        maxRows={20}
        aria-label={t('type.note')}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
      />
      <div className={classes.composeFoot}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" variant="filled">
          {t('action.save')}
        </Button>
      </div>
    </form>
  );
}
