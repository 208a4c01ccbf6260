import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { queries } from '../../api/query.ts';
import { showError, showToast } from '../../api/toasts.ts';
import type { UndoConflict } from '../../api/types.ts';
import { undoChangeset } from '../../api/undo.ts';
import { ErrorState, RowSkeletons } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import classes from './changes.module.css';

interface UndoPreview {
  changes: number;
  restore: number;
  remove: number;
  update: number;
  conflicts: UndoConflict[];
  all_conflicts?: number;
}

interface Props {
  changeset: number;
  what: string;
  redo: boolean;
  onClose: () => void;
}

/** What an undo would do, and what stands in its way, before it is done. */
export function UndoDialog({ changeset, what, redo, onClose }: Props) {
  const preview = useQuery({
    queryKey: ['undo-preview', changeset],
    queryFn: async () =>
      (
        await api.post<UndoPreview>(`/changesets/${changeset}/undo`, undefined, {
          query: { preview: true },
        })
      ).data,
    staleTime: 0,
    gcTime: 0,
  });
  const clashes = preview.data?.conflicts ?? [];
  const act = useMutation({
    mutationFn: () => undoChangeset(changeset, clashes.length > 0),
    retry: false,
    onError: showError,
    onSuccess: (made) => {
      onClose();
      if (made === null) return;
      queries.invalidateQueries({ queryKey: ['report'] });
      showToast({ tone: 'done', text: t(redo ? 'changes.didRedo' : 'changes.didUndo', { what }) });
    },
  });
  const nothing = preview.data && effects(preview.data).length === 0;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(redo ? 'changes.previewRedo' : 'changes.previewTitle', { what })}
      size="lg"
    >
      {preview.error ? (
        <ErrorState error={preview.error} retry={() => preview.refetch()} />
      ) : preview.data ? (
        <>
          <ul className={classes.effects}>
            {effects(preview.data).map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
          {nothing && <p className="t13 i2">{t('changes.previewNothing')}</p>}
          {clashes.length > 0 && <Conflicts clashes={clashes} all={preview.data.all_conflicts} />}
        </>
      ) : (
        <RowSkeletons rows={2} />
      )}
      <Group justify="flex-end" gap="sm" mt="md">
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button
          variant="filled"
          loading={act.isPending}
          disabled={!preview.data || nothing}
          onClick={() => act.mutate()}
        >
          {t(clashes.length > 0 ? 'changes.undoRest' : redo ? 'changes.doRedo' : 'changes.doUndo')}
        </Button>
      </Group>
    </Modal>
  );
}

const effects = (preview: UndoPreview): string[] => [
  ...(preview.restore > 0 ? [t('changes.restore', { n: preview.restore })] : []),
  ...(preview.remove > 0 ? [t('changes.remove', { n: preview.remove })] : []),
  ...(preview.update > 0 ? [t('changes.update', { n: preview.update })] : []),
];

function Conflicts({ clashes, all }: { clashes: UndoConflict[]; all: number | undefined }) {
  return (
    <>
      <p className="t13">{t('changes.conflicts', { n: all ?? clashes.length })}</p>
      <ul className={classes.conflicts}>
        {clashes.slice(0, 20).map((clash, i) => (
          <li key={i}>
            <b>{clash.title ?? `${clash.kind} ${clash.id}`}</b>
            <span className="i3">{clash.reason}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
