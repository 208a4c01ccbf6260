import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAll } from '../api/records.ts';
import type { Pipeline, Row } from '../api/types.ts';
import { t } from '../texts/index.ts';

export interface Loss {
  lost_reason_id: number | null;
  lost_note: string | null;
}

interface Props {
  deal: { title: string; pipeline_id: number };
  onClose: () => void;
  onLose: (loss: Loss) => void;
}

/** Why a deal is lost, asked at once, while it is known. */
export function LostDialog({ deal, onClose, onLose }: Props) {
  const reasons = useAll<Row>('lost_reasons', { sort: 'position' });
  const pipeline = useAll<Pipeline>('pipelines', { sort: 'position' }).find((p) => p.id === deal.pipeline_id);
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const needed = pipeline?.ask_lost_reason !== false && reasons.length > 0;
  return (
    <Modal opened onClose={onClose} title={t('board.loseTitle', { title: deal.title })}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (needed && reason === null) return;
          onClose();
          onLose({
            lost_reason_id: reason === null ? null : Number(reason),
            lost_note: note.trim() || null,
          });
        }}
      >
        <Stack gap="md">
          {reasons.length > 0 && (
            <Radio.Group label={t('board.loseReason')} value={reason} onChange={setReason}>
              <Stack gap="sm" mt="sm">
                {reasons.map((r, i) => (
                  <Radio
                    key={r.id}
                    value={String(r.id)}
                    label={String(r.name)}
                    size="xs"
                    autoFocus={i === 0}
                  />
                ))}
              </Stack>
            </Radio.Group>
          )}
          <TextInput
            label={t('board.loseNote')}
            value={note}
            onChange={(e) => setNote(e.currentTarget.value)}
          />
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('board.keepOpen')}</Button>
            <Button type="submit" variant="filled" disabled={needed && reason === null}>
              {t('board.lose')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
