import { Button, Checkbox, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import type { View } from '../../api/types.ts';
import { useCreate } from '../../api/write.ts';
import { t } from '../../texts/index.ts';

interface Props {
  kind: string;
  layout: View['layout'];
  /** The words of the address the view keeps. */
  query: Record<string, string>;
  onClose: () => void;
}

/** Keeps what is shown under a name, for oneself or for everyone. */
export function SaveView({ kind, layout, query, onClose }: Props) {
  const { user } = useSession();
  const create = useCreate('views');
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  return (
    <Modal opened onClose={onClose} title={t('view.save')}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          const fields = { name: name.trim(), kind, layout, query, shared, owner_id: user.id };
          if (!fields.name) return;
          create.mutate({ fields, label: t('view.saved', { name: fields.name }) });
          onClose();
        }}
      >
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={t('view.name')}
            value={name}
            maxLength={80}
            onChange={(e) => setName(e.currentTarget.value)}
          />
          {user.role !== 'viewer' && (
            <Checkbox
              label={t('view.shared')}
              checked={shared}
              onChange={(e) => setShared(e.currentTarget.checked)}
            />
          )}
          <Button type="submit" variant="filled">
            {t('view.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
