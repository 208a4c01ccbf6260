import { ActionIcon, Button } from '@mantine/core';
import { useSearch } from 'wouter';
import { useActions } from '../../../keys/registry.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { setAddress } from '../../../parts/past.ts';
import { usePhone } from '../../../shell/usePhone.ts';
import { t } from '../../../texts/index.ts';

export const useComparing = () => new URLSearchParams(useSearch()).has('compare');

const back = () => setAddress({ on: null, compare: null, deal: null }, false);

/** In the past: set it against now, or go back to now. */
export function PastActions() {
  const phone = usePhone();
  const comparing = useComparing();
  const compare = () => setAddress({ compare: comparing ? null : '1' });
  const opened = new URLSearchParams(useSearch()).has('deal');
  useActions([
    {
      id: 'past.back',
      label: t('past.back'),
      group: 'board',
      icon: 'history',
      keys: ['escape'],
      when: () => !opened,
      run: back,
    },
    {
      id: 'past.compare',
      label: t('past.compare'),
      group: 'board',
      icon: 'compare',
      keys: ['m'],
      run: compare,
    },
  ]);
  if (phone)
    return (
      <>
        <ActionIcon size="lg" aria-pressed={comparing} aria-label={t('past.compare')} onClick={compare}>
          <Icon name="compare" />
        </ActionIcon>
        <ActionIcon size="lg" aria-label={t('past.back')} onClick={back}>
          <Icon name="history" />
        </ActionIcon>
      </>
    );
  return (
    <>
      <Button leftSection={<Icon name="compare" />} aria-pressed={comparing} onClick={compare}>
        {t('past.compare')}
      </Button>
      <Button
        variant="filled"
        leftSection={<Icon name="history" />}
        rightSection={<kbd aria-hidden>esc</kbd>}
        onClick={back}
      >
        {t('past.back')}
      </Button>
    </>
  );
}
