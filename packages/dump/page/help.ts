import { button, el } from './dom.js'

const KEYS: readonly (readonly [keys: readonly string[], meaning: string])[] = [
  [['/'], 'search'],
  [['j', '↓'], 'next event'],
  [['k', '↑'], 'previous event'],
  [['Enter'], 'open or close it'],
  [['c'], 'copy it as JSON'],
  [['g', 'G'], 'first, last event'],
  [['e', 'E'], 'next, previous event at error or above'],
  [['1', '…', '6'], 'hide or show a level; with Shift, this one alone'],
  [['u'], 'UTC or local time'],
  [['t'], 'light or dark'],
  [['Esc'], 'leave the search, close all, clear the filters'],
]

/** The dialog that says which keys there are and how to search. */
export function helpDialog(): HTMLDialogElement {
  const close = button({ class: 'quiet', 'aria-label': 'Close' }, () => dialog.close(), '×')
  const dialog: HTMLDialogElement = el(
    'dialog',
    { 'aria-label': 'Help' },
    el('div', { class: 'title' }, el('h2', {}, 'Keys'), close),
    el(
      'dl',
      { class: 'keys' },
      ...KEYS.flatMap(([keys, meaning]) => [el('dt', {}, ...keys.map((key) => el('kbd', {}, key))), el('dd', {}, meaning)]),
    ),
    el('h2', {}, 'Search'),
    el(
      'p',
      {},
      'All words have to be there, in any field and any case. Quotes hold a phrase together, a minus excludes: ',
      el('code', {}, 'timeout "no such file" -retry'),
      '. Fields read as ',
      el('code', {}, 'chunk=3'),
      '.',
    ),
    el('p', {}, 'Drag over the bars to choose a time. In an open event, ＋ shows only events with the same value.'),
  )
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close()
  })
  return dialog
}
