import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMeta } from '../../api/session.ts';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import { type ChangeSet, isUndone, labelOf } from './data.ts';
import { UndoDialog } from './UndoDialog.tsx';

/** Takes a change set back, or one that was taken back does again, after showing what that means. */
export function UndoButton({ set, size = 'sm' }: { set: ChangeSet; size?: 'sm' | 'md' }) {
  const [asking, setAsking] = useState(false);
  const redo = isUndone(set);
  const what = labelOf(set, useMeta().kinds);
  return (
    <>
      <Button
        size={size}
        variant={size === 'sm' ? 'subtle' : 'default'}
        leftSection={<Icon name={redo ? 'redo' : 'undo'} />}
        aria-label={t(redo ? 'changes.redoName' : 'changes.undoName', { what })}
        onClick={() => setAsking(true)}
      >
        {t(redo ? 'changes.redo' : 'changes.undo')}
      </Button>
      {asking && (
        <UndoDialog
          changeset={redo ? set.undone_by! : set.id}
          what={what}
          redo={redo}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
