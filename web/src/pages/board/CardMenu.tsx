import { Menu } from '@mantine/core';
import { useStore } from '../../api/store.ts';
import { Icon } from '../../parts/Icon.tsx';
import { t } from '../../texts/index.ts';
import classes from './board.module.css';
import type { BoardData, Card } from './data.ts';
import type { Moves } from './moves.ts';
import { cardMenu, focus } from './state.ts';

interface Props {
  board: BoardData;
  moves: Moves;
  editable: boolean;
  onOpen: (card: Card) => void;
  onPeek: (id: number) => void;
}

/** What can be done with a card, without dragging: opened by a right click, or by `.` on the focused card. */
export function CardMenu({ board, moves, editable, onOpen, onPeek }: Props) {
  const asked = useStore(cardMenu);
  if (!asked) return null;
  const { card, x, y } = asked;
  const close = () => {
    cardMenu.set(null);
    focus.set({ id: card.id, grab: true });
  };
  return (
    <Menu opened onClose={close} width={240} returnFocus={false}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          className={classes.menuPoint}
          style={{ left: x, top: y }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={card.title}>
        <Menu.Item
          leftSection={<Icon name="deal" small />}
          rightSection={<kbd>o</kbd>}
          onClick={() => onOpen(card)}
        >
          {t('action.open')}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="panel" small />}
          rightSection={<kbd>{t('board.space')}</kbd>}
          onClick={() => onPeek(card.id)}
        >
          {t('board.peek')}
        </Menu.Item>
        {editable && (
          <>
            <Menu.Divider />
            {board.stages.map((stage, i) => (
              <Menu.Item
                key={stage.id}
                disabled={stage.id === card.stage_id}
                leftSection={<Icon name="arrowRight" small />}
                rightSection={i < 9 && <kbd>{i + 1}</kbd>}
                onClick={() => moves.drop(card, stage.id)}
              >
                {t('board.moveTo', { stage: stage.name })}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item
              leftSection={<Icon name="won" small />}
              rightSection={<kbd>w</kbd>}
              onClick={() => moves.drop(card, 'won')}
            >
              {t('board.zone.won')}
            </Menu.Item>
            <Menu.Item
              leftSection={<Icon name="lost" small />}
              rightSection={<kbd>l</kbd>}
              onClick={() => moves.drop(card, 'lost')}
            >
              {t('board.zone.lost')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
