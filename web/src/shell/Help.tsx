import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { store, useStore } from '../api/store.ts';
import { type Action, everyAction, type Group, keyText, registered } from '../keys/registry.ts';
import { t } from '../texts/index.ts';
import classes from './help.module.css';

export const helpOpen = store(false);

const groups: Group[] = ['card', 'board', 'record', 'go', 'do'];

/** Every key that works on this page, as registered. */
export function Help() {
  const open = useStore(helpOpen);
  useStore(registered);
  if (!open) return null;
  const actions = everyAction().filter((a) => a.keys?.length);
  return (
    <Modal opened onClose={() => helpOpen.set(false)} title={t('keys.title')} size="xl">
      <p className="t13 i3">{t('keys.hint')}</p>
      <div className={classes.groups}>
        {groups
          .map((group) => ({ group, its: actions.filter((a) => a.group === group) }))
          .filter(({ its }) => its.length > 0)
          .map(({ group, its }) => (
            <section key={group}>
              <h3 className="t13 b">{t(`keys.group.${group}`)}</h3>
              <dl>
                {its.map((action) => (
                  <div key={action.id}>
                    <dt>{action.label}</dt>
                    <dd>
                      <Keys action={action} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
    </Modal>
  );
}

function Keys({ action }: { action: Action }) {
  return (action.keys?.[0] ?? '').split(' ').map((key, i) => (
    <Fragment key={i}>
      {i > 0 && <span className="t12 i3"> {t('keys.then')} </span>}
      <kbd>{keyText(key)}</kbd>
    </Fragment>
  ));
}
