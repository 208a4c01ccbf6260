import { ActionIcon, Menu } from '@mantine/core';
import { useLocation } from 'wouter';
import { titleOf } from '../../api/records.ts';
import { showToast } from '../../api/toasts.ts';
import type { Row } from '../../api/types.ts';
import { useRemove } from '../../api/write.ts';
import { t } from '../../texts/index.ts';
import { useRights } from '../editable.ts';
import { Icon } from '../Icon.tsx';

interface Props {
  kind: string;
  row: Row;
  /** Where to go once the record is gone. */
  list: string;
  children?: React.ReactNode;
}

/** What else can be done with the record. */
export function RecordMenu({ kind, row, list, children }: Props) {
  const [, navigate] = useLocation();
  const remove = useRemove(kind);
  const deletable = useRights(kind).delete;
  const copy = async () => {
    await navigator.clipboard?.writeText(location.href);
    showToast({ tone: 'done', text: t('record.copied') });
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon size="md" aria-label={t('record.menu')}>
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {children}
        {'clipboard' in navigator && (
          <Menu.Item leftSection={<Icon name="copy" small />} onClick={copy}>
            {t('record.copyLink')}
          </Menu.Item>
        )}
        {deletable && (
          <Menu.Item
            leftSection={<Icon name="trash" small />}
            onClick={() =>
              remove.mutate(
                { row, label: t('record.deleted', { title: titleOf(row) }) },
                { onSuccess: () => navigate(list) },
              )
            }
          >
            {t('record.delete')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
