import { t } from '../texts/index.ts';
import { ApiError, api } from './client.ts';
import { queries } from './query.ts';
import { store } from './store.ts';
import { showError, showToast } from './toasts.ts';
import type { UndoConflict } from './types.ts';

/*
 * Undo and redo. Every write names its change set; taking one back is itself a change set, and redo takes
 * that one back. What others changed since is never overwritten unasked: the conflicts are shown.
 */

interface Step {
  changeset: number;
  label: string;
}

interface Steps {
  back: Step[];
  forth: Step[];
}

const depth = 50;
export const steps = store<Steps>({ back: [], forth: [] });

/** The conflicts that stand in the way of an undo, waiting for the person's answer. */
export interface UndoQuestion {
  conflicts: UndoConflict[];
  answer: (keep: boolean) => void;
}
export const undoQuestion = store<UndoQuestion | null>(null);

/** Remembers a write so that it can be taken back; `announce` says so in a toast. */
export function remember(changeset: number | null, label: string, announce: boolean) {
  if (changeset === null) return;
  steps.set(({ back }) => ({ back: [...back.slice(1 - depth), { changeset, label }], forth: [] }));
  if (announce) showToast({ tone: 'done', text: label, action: { label: t('action.undo'), run: undo } });
}

export const undo = () => takeBack('back');
export const redo = () => takeBack('forth');

async function takeBack(from: 'back' | 'forth') {
  const to = from === 'back' ? 'forth' : 'back';
  const step = steps.get()[from].at(-1);
  if (!step) {
    showToast({ tone: 'done', text: t(from === 'back' ? 'undo.nothing' : 'undo.nothingRedo') });
    return;
  }
  steps.set((now) => ({ ...now, [from]: now[from].slice(0, -1) }));
  try {
    const changeset = await undoChangeset(step.changeset);
    if (changeset === null) return;
    steps.set((now) => ({ ...now, [to]: [...now[to], { changeset, label: step.label }] }));
    const text = t(from === 'back' ? 'undo.done' : 'undo.redone', { label: step.label });
    const action =
      from === 'back' ? { label: t('action.redo'), run: redo } : { label: t('action.undo'), run: undo };
    showToast({ tone: 'done', text, action });
  } catch (error) {
    showError(error);
  }
}

/** Takes any change set back; answers the change set that did, or null when the person thought better of it. */
export async function undoChangeset(changeset: number, keepConflicts = false): Promise<number | null> {
  try {
    const query = keepConflicts ? { keep_conflicts: true } : undefined;
    const { data, changeset: made } = await api.post<{ changeset?: number } | null>(
      `/changesets/${changeset}/undo`,
      undefined,
      { query },
    );
    queries.invalidateQueries({
      predicate: ({ queryKey }) => ['rows', 'board'].includes(String(queryKey[0])),
    });
    return made ?? data?.changeset ?? null;
  } catch (error) {
    const conflicts = error instanceof ApiError && error.status === 409 ? error.body.conflicts : undefined;
    if (!Array.isArray(conflicts) || keepConflicts) throw error;
    const rest = await new Promise<boolean>((answer) =>
      undoQuestion.set({ conflicts: conflicts as UndoConflict[], answer }),
    );
    undoQuestion.set(null);
    return rest ? undoChangeset(changeset, true) : null;
  }
}
