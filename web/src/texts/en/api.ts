export const api = {
  'error.network': 'The server cannot be reached. The change is kept and tried again.',
  'error.unknown': 'That did not work',
  'error.forbidden': 'You may not do this',
  'error.signedOut': 'You were signed out. Sign in again to go on.',

  'undo.done': 'Undone: {label}',
  'undo.redone': 'Done again: {label}',
  'undo.nothing': 'There is nothing to undo',
  'undo.nothingRedo': 'There is nothing to redo',
  'undo.conflictTitle': 'Changed since by someone else',
  'undo.conflictHint': {
    one: '{n} record was changed after what you want to undo. Undoing the rest leaves it as it is now.',
    other:
      '{n} records were changed after what you want to undo. Undoing the rest leaves them as they are now.',
  },
  'undo.rest': 'Undo the rest',
  'undo.keep': 'Leave everything as it is',

  'conflict.title': 'Someone changed this at the same time',
  'conflict.hint':
    'Both versions of “{title}” are below. Choose which to keep; the other stays in the history.',
  'conflict.field': 'Field',
  'conflict.yours': 'Yours',
  'conflict.theirs': 'Theirs',
  'conflict.keepYours': 'Keep yours',
  'conflict.keepTheirs': 'Keep theirs',
} as const;
