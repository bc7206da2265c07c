// Tables and lists of facts.
import { element } from './dom.ts'

export interface Column {
  readonly title: string
  readonly isNumeric?: boolean
}

type Cell = string | Node

/** Scrolls by itself where it is wider than its place. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): HTMLElement {
  const body = rows.map((cells) =>
    element('tr', {}, ...cells.map((cell, at) => cellOf(columns[at], cell))),
  )
  return scrolling(caption, columns, element('tbody', {}, ...body))
}

/** The same of a body that others fill. */
export function scrolling(
  caption: string,
  columns: readonly Column[],
  body: HTMLTableSectionElement,
): HTMLElement {
  const heads = columns.map(({ title, isNumeric }) =>
    element('th', { scope: 'col', class: isNumeric ? 'number' : undefined }, title),
  )
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, caption),
      element('thead', {}, element('tr', {}, ...heads)),
      body,
    ),
  )
}

export function cellOf(column: Column | undefined, cell: Cell): HTMLTableCellElement {
  return element('td', { class: column?.isNumeric ? 'number' : undefined }, cell)
}

/** Names and what they are; one without anything is left out. */
export function facts(
  pairs: readonly (readonly [name: string, value: Cell | undefined])[],
): HTMLElement {
  const shown = pairs.flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [element('div', {}, element('dt', {}, name), element('dd', {}, value))],
  )
  return element('dl', { class: 'facts' }, ...shown)
}

export function note(text: string): HTMLElement {
  return element('p', { class: 'note' }, text)
}

/** What went wrong, told at once to who does not see it. */
export function alertNote(text: string): HTMLElement {
  return element('p', { class: 'alert', role: 'alert' }, text)
}

export function card(title: string, ...children: readonly (HTMLElement | false)[]): HTMLElement {
  return element('section', { class: 'card' }, element('h3', {}, title), ...children)
}

/** What was chosen in the graph: its kind and name, and a way back. */
export function details(
  kind: string,
  name: string,
  ...children: readonly HTMLElement[]
): HTMLElement {
  const back = { class: 'close', href: '#/', 'aria-label': `Close ${name}`, title: 'Close (Esc)' }
  return element(
    'section',
    { class: 'panel details', 'aria-label': `${kind} ${name}` },
    element(
      'div',
      { class: 'bar' },
      element('h2', { tabindex: -1 }, element('small', {}, kind), ` ${name}`),
      element('a', back, '✕'),
    ),
    ...children,
  )
}
