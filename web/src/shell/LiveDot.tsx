import { Tooltip } from '@mantine/core';
import { liveState } from '../api/live.ts';
import { useStore } from '../api/store.ts';
import { t } from '../texts/index.ts';
import classes from './shell.module.css';

/** Whether what is shown is what the server has: round when connected, a ring while catching up, a square offline. */
export function LiveDot() {
  const state = useStore(liveState);
  const word = t(`live.${state}`);
  return (
    <Tooltip label={word} position="bottom-end">
      <span className={classes.live} data-state={state} role="status" aria-label={word} />
    </Tooltip>
  );
}
