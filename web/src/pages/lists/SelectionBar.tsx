import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Field, KindMeta } from '../../api/types.ts';
import { useBatch } from '../../api/write.ts';
import { useRights } from '../../parts/editable.ts';
import { FieldInput } from '../../parts/fields/FieldInput.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import classes from './list.module.css';
import type { Selection } from './useSelection.ts';

const most = 1000;

/** What can be done with all that is selected: each is one change set, and one undo takes it back. */
export function SelectionBar({ meta, selection }: { meta: KindMeta; selection: Selection }) {
  const [editing, setEditing] = useState(false);
  const batch = useBatch(meta.name);
  const rights = useRights(meta.name);
  const { rows } = selection;
  const n = rows.length;
  if (n === 0) return null;
  const tooMany = n > most;
  const remove = () =>
    batch.mutate(
      {
        label: t('list.deleted', { n }),
        operations: rows.map(({ id, version }) => ({ op: 'delete', id, version })),
      },
      { onSuccess: selection.clear },
    );
  return (
    <div className={classes.selection} role="toolbar" aria-label={t('list.selected', { n })}>
      <b>{t('list.selected', { n })}</b>
      {rights.update && (
        <Button
          size="sm"
          leftSection={<Icon name="edit" small />}
          disabled={tooMany}
          onClick={() => setEditing(true)}
        >
          {t('list.edit')}
        </Button>
      )}
      {rights.delete && (
        <Button
          size="sm"
          leftSection={<Icon name="trash" small />}
          disabled={tooMany || batch.isPending}
          onClick={remove}
        >
          {t('list.delete')}
        </Button>
      )}
      {tooMany && <span className="t12">{t('list.tooMany', { n: most })}</span>}
      <span className="grow" />
      <Button size="sm" variant="subtle" onClick={selection.clear}>
        {t('list.unselect')}
      </Button>
      {editing && <EditMany meta={meta} selection={selection} onClose={() => setEditing(false)} />}
    </div>
  );
}

interface EditProps {
  meta: KindMeta;
  selection: Selection;
  onClose: () => void;
}

function EditMany({ meta, selection, onClose }: EditProps) {
  const fields = meta.fields.filter((f) => !f.readonly && f.type !== 'json' && f.name !== meta.title_field);
  const [field, setField] = useState<Field | null>(null);
  const [value, setValue] = useState<unknown>(null);
  const batch = useBatch(meta.name);
  const { rows } = selection;
  const n = rows.length;
  const ready = field && !(field.required && (value ?? '') === '');
  const save = () => {
    if (!ready || batch.isPending) return;
    batch.mutate(
      {
        label: t('list.edited', { n, field: field.label }),
        operations: rows.map(({ id, version }) => ({
          op: 'update',
          id,
          version,
          fields: { [field.name]: value ?? null },
        })),
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Modal opened onClose={onClose} title={t('list.editTitle', { n })}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          save();
        }}
      >
        <Stack gap="md">
          <Select
            data-autofocus
            searchable
            label={t('list.editField')}
            data={fields.map((f) => ({ value: f.name, label: f.label }))}
            value={field?.name ?? null}
            onChange={(name) => {
              setField(fields.find((f) => f.name === name) ?? null);
              setValue(null);
            }}
          />
          {field && (
            <FieldInput
              key={field.name}
              form
              field={field}
              value={value}
              row={rows[0]}
              currency={String(rows[0]?.currency ?? '')}
              onChange={setValue}
            />
          )}
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button type="submit" variant="filled" disabled={!ready} loading={batch.isPending}>
              {t('list.editSave', { n })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
