export const board = {
  'board.title': 'Board',
  'board.days': '{days} d',
  'board.age': {
    one: '{n} day in this stage, since {since}',
    other: '{n} days in this stage, since {since}',
  },
  'board.inStage': { one: '{n} day in this stage', other: '{n} days in this stage' },
  'board.slips': {
    one: 'Close date pushed once, {days} days in total',
    other: 'Close date pushed {n} times, {days} days in total',
  },
  'board.slipMark': '{count}×, {days} d',
  'board.ownedBy': 'owner {name}',
  'board.weighted': 'weighted {value}',
  'board.total': {
    one: '{deals} deal · {value} · weighted {weighted}',
    other: '{deals} deals · {value} · weighted {weighted}',
  },
  'board.column': { one: '{name}, {n} deal, {value}', other: '{name}, {n} deals, {value}' },
} as const;
