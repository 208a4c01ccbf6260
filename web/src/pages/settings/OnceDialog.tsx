import { Button, CopyButton, Group, Modal, TextInput } from '@mantine/core';
import { t } from '../../texts/index.ts';

interface Props {
  title: string;
  hint: string;
  label: string;
  text: string;
  onClose: () => void;
}

/** A secret that is shown this once: to be copied now. */
export function OnceDialog({ title, hint, label, text, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeOnClickOutside={false}>
      <p className="t13 i2">{hint}</p>
      <Group gap="sm" align="flex-end" mt="md" wrap="nowrap">
        <TextInput
          className="grow"
          label={label}
          value={text}
          readOnly
          data-autofocus
          onFocus={(e) => e.currentTarget.select()}
        />
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="filled" onClick={copy}>
              {t(copied ? 'settings.copied' : 'settings.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose}>{t('settings.done')}</Button>
      </Group>
    </Modal>
  );
}
