import { Button, Group, Modal } from '@mantine/core';
import { editQuestion } from '../api/edit.ts';
import { useKind } from '../api/session.ts';
import { useStore } from '../api/store.ts';
import { undoQuestion } from '../api/undo.ts';
import { t } from '../texts/index.ts';
import { ValueText } from './fields/ValueText.tsx';
import classes from './questions.module.css';

/** The two questions any page may raise: a clash of edits, and an undo that others have built upon. */
export function Questions() {
  return (
    <>
      <EditClash />
      <UndoClash />
    </>
  );
}

function EditClash() {
  const question = useStore(editQuestion);
  const kind = useKind(question?.kind ?? '');
  if (!question) return null;
  const { yours, theirs, clashing, answer } = question;
  const mine = { ...theirs, ...yours };
  return (
    <Modal opened onClose={() => answer('theirs')} title={t('conflict.title')} size="lg">
      <p className="t13 i2">{t('conflict.hint', { title: question.title })}</p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('conflict.field')}</th>
            <th scope="col">{t('conflict.yours')}</th>
            <th scope="col">{t('conflict.theirs')}</th>
          </tr>
        </thead>
        <tbody>
          {clashing.map((name) => {
            const field = kind?.fields.find((f) => f.name === name);
            return (
              <tr key={name}>
                <th scope="row">{field?.label ?? name}</th>
                <td>{field ? <ValueText field={field} row={mine} /> : String(yours[name] ?? '')}</td>
                <td>{field ? <ValueText field={field} row={theirs} /> : String(theirs[name] ?? '')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Group justify="flex-end" gap="sm">
        <Button onClick={() => answer('theirs')}>{t('conflict.keepTheirs')}</Button>
        <Button variant="filled" onClick={() => answer('yours')}>
          {t('conflict.keepYours')}
        </Button>
      </Group>
    </Modal>
  );
}

function UndoClash() {
  const question = useStore(undoQuestion);
  if (!question) return null;
  const { conflicts, answer } = question;
  const shown = conflicts.slice(0, 20);
  return (
    <Modal opened onClose={() => answer(false)} title={t('undo.conflictTitle')} size="lg">
      <p className="t13 i2">{t('undo.conflictHint', { n: conflicts.length })}</p>
      <ul className={classes.list}>
        {shown.map((conflict) => (
          <li key={`${conflict.kind}/${conflict.id}/${conflict.field}`}>
            <b>{conflict.title}</b>
            <span className="i3">{conflict.reason}</span>
          </li>
        ))}
      </ul>
      <Group justify="flex-end" gap="sm">
        <Button onClick={() => answer(true)}>{t('undo.rest')}</Button>
        <Button variant="filled" onClick={() => answer(false)}>
          {t('undo.keep')}
        </Button>
      </Group>
    </Modal>
  );
}
