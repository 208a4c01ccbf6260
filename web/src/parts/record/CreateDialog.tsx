import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { useAll } from '../../api/records.ts';
import { useKind, useSession } from '../../api/session.ts';
import { errorText } from '../../api/toasts.ts';
import type { Field, Pipeline, Row, Stage } from '../../api/types.ts';
import { useCreate } from '../../api/write.ts';
import { t } from '../../texts/index.ts';
import { FieldInput } from '../fields/FieldInput.tsx';

interface Props {
  kind: string;
  /** What is already known about it, such as the organisation whose page this is. */
  given?: Record<string, unknown>;
  onClose: () => void;
  onCreated?: (row: Row) => void;
}

const seldom = ['status', 'done', 'done_at', 'active', 'position', 'stage_id', 'pipeline_id', 'currency'];

/** A new record of any kind: what it needs and what lists show, the rest on its page. */
export function CreateDialog({ kind, given = {}, onClose, onCreated }: Props) {
  const meta = useKind(kind);
  const defaults = useDefaults(kind);
  const [values, setValues] = useState<Record<string, unknown>>({});
  const [error, setError] = useState<unknown>(null);
  const create = useCreate(kind);
  if (!meta) return null;
  const known: Record<string, unknown> = { ...defaults, ...given, ...values };
  const asked = meta.fields.filter(
    (f) => !f.readonly && (f.required || f.list) && !seldom.includes(f.name) && f.type !== 'json',
  );
  const byTitle = (f: Field) => (f.name === meta.title_field ? 0 : f.required ? 1 : 2);
  const fields = [...asked].sort((a, b) => byTitle(a) - byTitle(b)).slice(0, 9);
  const missing = fields.some((f) => f.required && (known[f.name] ?? '') === '');

  const save = () => {
    if (missing || create.isPending) return;
    create.mutate(
      {
        fields: Object.fromEntries(Object.entries(known).filter(([, v]) => v !== null && v !== undefined)),
        label: t('create.saved', { title: String(known[meta.title_field] ?? meta.label) }),
      },
      {
        onSuccess: ({ data }) => {
          onClose();
          onCreated?.(data);
        },
        onError: setError,
      },
    );
  };

  return (
    <Modal opened onClose={onClose} title={t('create.title', { kind: meta.label.toLowerCase() })}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          save();
        }}
      >
        <Stack gap="md">
          {fields.map((field) => (
            <FieldInput
              key={field.name}
              form
              field={field}
              row={known}
              value={known[field.name] ?? null}
              currency={String(known.currency ?? '')}
              autoFocus={field.name === meta.title_field}
              error={error instanceof ApiError ? error.field(field.name) : undefined}
              onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))}
            />
          ))}
          {error !== null && (
            <p className="t13 is-overdue" role="alert">
              {errorText(error)}
            </p>
          )}
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button type="submit" variant="filled" disabled={missing} loading={create.isPending}>
              {t('create.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What a new record begins with: its maker as owner; a deal at the start of the first pipeline. */
function useDefaults(kind: string): Record<string, unknown> {
  const { user, workspace } = useSession();
  const meta = useKind(kind);
  const pipelines = useAll<Pipeline>('pipelines', { sort: 'position' });
  const stages = useAll<Stage>('stages', { sort: 'position' });
  const defaults: Record<string, unknown> = {};
  if (meta?.fields.some((f) => f.name === 'owner_id')) defaults.owner_id = user.id;
  if (kind === 'deals') {
    const first = pipelines[0]?.id;
    defaults.pipeline_id = first;
    defaults.stage_id = stages.find((s) => s.pipeline_id === first)?.id;
  }
  if (meta?.fields.some((f) => f.name === 'currency' && !f.readonly))
    defaults.currency = workspace.base_currency;
  return defaults;
}
