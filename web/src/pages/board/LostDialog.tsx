import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAll } from '../../api/records.ts';
import { useStore } from '../../api/store.ts';
import type { Pipeline, Row } from '../../api/types.ts';
import { t } from '../../texts/index.ts';
import type { Card } from './data.ts';
import type { Moves } from './moves.ts';
import { losing } from './state.ts';

/** Why a deal is lost, asked at once, while it is known. */
export function LostDialog({ moves }: { moves: Moves }) {
  const card = useStore(losing);
  return card && <Ask key={card.id} card={card} moves={moves} />;
}

function Ask({ card, moves }: { card: Card; moves: Moves }) {
  const reasons = useAll<Row>('lost_reasons', { sort: 'position' });
  const pipeline = useAll<Pipeline>('pipelines', { sort: 'position' }).find((p) => p.id === card.pipeline_id);
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const needed = pipeline?.ask_lost_reason !== false && reasons.length > 0;
  const close = () => losing.set(null);
  return (
    <Modal opened onClose={close} title={t('board.loseTitle', { title: card.title })}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (needed && reason === null) return;
          close();
          moves.lose(card, {
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
            <Button onClick={close}>{t('board.keepOpen')}</Button>
            <Button type="submit" variant="filled" disabled={needed && reason === null}>
              {t('board.lose')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
