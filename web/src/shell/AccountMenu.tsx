import { Menu, useMantineColorScheme } from '@mantine/core';
import { signOut, useSession } from '../api/session.ts';
import { showError } from '../api/toasts.ts';
import { Avatar } from '../parts/Avatar.tsx';
import { Icon } from '../parts/Icon.tsx';
import { t } from '../texts/index.ts';
import { helpOpen } from './Help.tsx';
import classes from './shell.module.css';

const schemes = [
  { value: 'auto', label: 'account.themeAuto', icon: 'contrast' },
  { value: 'light', label: 'account.themeLight', icon: 'day' },
  { value: 'dark', label: 'account.themeDark', icon: 'moon' },
] as const;

/** The person at the foot of the rail: how things look, the keys, and the way out. */
export function AccountMenu({ wide }: { wide?: boolean }) {
  const { user } = useSession();
  return (
    <Menu position="right-end" width={220}>
      <Menu.Target>
        <button type="button" className={classes.person} aria-label={t('nav.account', { name: user.name })}>
          <Avatar person={user} large decorative />
          {wide && <span className="cut t13">{user.name}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <AccountItems />
      </Menu.Dropdown>
    </Menu>
  );
}

export function AccountItems() {
  const { user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{user.name}</Menu.Label>
      {schemes.map((scheme) => (
        <Menu.Item
          key={scheme.value}
          leftSection={<Icon name={scheme.icon} small />}
          rightSection={colorScheme === scheme.value && <Icon name="tick" small />}
          onClick={() => setColorScheme(scheme.value)}
        >
          {t(scheme.label)}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item
        leftSection={<Icon name="keyboard" small />}
        rightSection={<kbd>?</kbd>}
        onClick={() => helpOpen.set(true)}
      >
        {t('account.keys')}
      </Menu.Item>
      <Menu.Item leftSection={<Icon name="signOut" small />} onClick={() => signOut().catch(showError)}>
        {t('account.signOut')}
      </Menu.Item>
    </>
  );
}
