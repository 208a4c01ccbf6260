import { Button, Group, Modal, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { fieldOf } from '../../api/cache.ts';
import { ApiError } from '../../api/client.ts';
import { titleOf } from '../../api/records.ts';
import { useKind } from '../../api/session.ts';
import { errorText } from '../../api/toasts.ts';
import type { Field, Row } from '../../api/types.ts';
import { useCreate, useUpdate } from '../../api/write.ts';
import { FieldInput } from '../../parts/fields/FieldInput.tsx';
import { t } from '../../texts/index.ts';

export interface Draft {
  [field: string]: unknown;
}

interface Props {
  kind: string;
  /** The row that is edited; without one, a new one is made. */
  row?: Row;
  /** The fields asked for, in order. */
  fields: string[];
  /** What a new row has besides. */
  given?: Draft;
  title: string;
  onClose: () => void;
  onCreated?: (row: Row & Draft) => void;
  /** Parts of the form that the fields alone cannot say. */
  more?: (draft: Draft, set: (fields: Draft) => void) => ReactNode;
  /** Fields that cannot be changed any more. */
  fixed?: string[];
}

/** Makes or edits a row of any kind: its fields one below the other, the server's word beside each. */
export function RowDialog(props: Props) {
  const { kind, row, fields, given = {}, title, onClose, onCreated, more, fixed = [] } = props;
  const meta = useKind(kind);
  const create = useCreate<Row & Draft>(kind);
  const update = useUpdate(kind);
  const [draft, setDraft] = useState<Draft>(() => ({ ...given, ...row }));
  const [touched, setTouched] = useState<Draft>({});
  const error = create.error ?? update.error;
  const refused = error instanceof ApiError ? error : null;
  const shown = fields.flatMap((name): Field[] => meta?.fields.filter((f) => f.name === name) ?? []);
  const set = (changes: Draft) => {
    setDraft((now) => ({ ...now, ...changes }));
    setTouched((now) => ({ ...now, ...changes }));
  };
  const save = () => {
    if (row) {
      const label = t('settings.changed', { title: titleOf(row) });
      if (Object.keys(touched).length === 0) return onClose();
      update.mutate({ row, fields: touched, label, quiet: true }, { onSuccess: onClose });
    } else {
      const title = titleOf({ id: 0, ...draft });
      create.mutate(
        { fields: { ...given, ...touched }, label: t('settings.added', { title }), quiet: true },
        {
          onSuccess: ({ data }) => {
            onClose();
            onCreated?.(data);
          },
        },
      );
    }
  };
  const general = refused && !shown.some((field) => refused.field(field.name));
  return (
    <Modal opened onClose={onClose} title={title}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          save();
        }}
      >
        <Stack gap="md">
          {shown
            .filter((field) => !fixed.includes(field.name))
            .map((field, i) => (
              <FieldInput
                key={field.name}
                form
                field={field}
                value={fieldOf(draft, field.name) ?? null}
                currency={String(draft[field.currency ?? 'currency'] ?? '') || undefined}
                autoFocus={i === 0}
                error={refused?.field(field.name)}
                onChange={(value) => set({ [field.name]: value })}
              />
            ))}
          {more?.(draft, set)}
          {general && (
            <p role="alert" className="t13 is-overdue">
              {errorText(error)}
            </p>
          )}
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button type="submit" variant="filled" loading={create.isPending || update.isPending}>
              {t('action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
