// The tail of a topic: its records, the newest first, as they come. It can be held still, and
// narrowed to keys; a record that is chosen is shown whole.
import { throttled } from './clock.ts'
import { button, element, labelled } from './dom.ts'
import type { Topic, Update } from './answers.ts'
import type { Streams } from './streams.ts'
import { alertNote, cellOf, type Column, scrolling } from './table.ts'
import { isNumeric, keyText, moment, valueText } from './value-text.ts'

/** Records that are kept, and rows that are drawn. */
const MOST_KEPT = 2_000
const MOST_ROWS = 100
const HISTORY = 100
const DRAW_MS = 200

export function makeTail(
  streams: Streams,
  topic: Topic,
): { readonly root: HTMLElement; readonly end: () => void } {
  let kept: readonly Update[] = []
  let isHeld = false
  let waiting: Update[] = []
  const own = new Set([...topic.key, topic.time ?? 'time'])
  const fields = topic.fields.filter(({ name }) => !own.has(name))
  const columns: readonly Column[] = [
    { title: 'time (UTC)' },
    { title: topic.key.join(' + ') || 'key' },
    ...fields.map(({ name, type }) => ({ title: name, isNumeric: isNumeric(type) })),
  ]
  const body = element('tbody')
  const count = element('p', { class: 'note', role: 'status' }, 'No records yet.')
  const problem = element('div')
  const whole = element('div', { class: 'whole' })
  const filter = element('input', {
    ...{ type: 'search', placeholder: 'all keys', autocomplete: 'off', spellcheck: 'false' },
    input: () => draw(),
  })
  const hold = button('Pause', () => toggle(), { 'aria-pressed': 'false' })
  const toggle = (): void => {
    isHeld = !isHeld
    hold.textContent = isHeld ? 'Resume' : 'Pause'
    hold.setAttribute('aria-pressed', String(isHeld))
    if (!isHeld) take([])
    else draw()
  }
  const open = (update: Update): void => {
    const close = button('✕', () => whole.replaceChildren(), { 'aria-label': 'Close the record' })
    const text = JSON.stringify({ key: update.key, value: update.value }, undefined, 2)
    const head = element('div', { class: 'bar' }, element('code', {}, update.position), close)
    whole.replaceChildren(head, element('pre', { tabindex: 0 }, text))
    whole.scrollIntoView({ block: 'nearest' })
  }
  const rowOf = (update: Update): HTMLElement => {
    const { key, time, value } = update
    const label = { class: 'plain', title: 'Show the whole record' }
    const cells = [
      button(moment(time), () => open(update), label),
      keyText(key),
      ...fields.map(({ name, type }) => (value === null ? '' : valueText(value[name], type))),
    ]
    const made = cells.map((cell, at) => cellOf(columns[at], cell))
    return element('tr', { class: value === null ? 'gone' : undefined }, ...made)
  }
  const draw = (): void => {
    const wanted = filter.value.trim().toLowerCase()
    const found = kept.filter(({ key }) => keyText(key).toLowerCase().includes(wanted))
    // Rows are drawn anew: who stands on one by keyboard stays at its place.
    const at = body.contains(document.activeElement) ? rowAt(body) : undefined
    body.replaceChildren(...found.slice(0, MOST_ROWS).map(rowOf))
    if (at !== undefined) body.querySelectorAll('button')[at]?.focus()
    const shown = Math.min(found.length, MOST_ROWS)
    const of = found.length > shown ? ` of ${found.length}` : ''
    const more = isHeld && waiting.length > 0 ? `, ${waiting.length} more since the pause` : ''
    count.textContent =
      kept.length === 0 ? 'No records yet.' : `The newest ${shown}${of} records${more}.`
  }
  const drawSoon = throttled(DRAW_MS, draw)
  const take = (updates: readonly Update[]): void => {
    waiting.push(...updates)
    if (waiting.length > MOST_KEPT) waiting = waiting.slice(-MOST_KEPT)
    if (!isHeld) {
      kept = newest(kept, waiting)
      waiting = []
    }
    drawSoon()
  }
  const end = streams.follow(topic.name, {
    history: HISTORY,
    take,
    onProblem: (detail) => problem.replaceChildren(alertNote(detail)),
  })
  const bar = element('div', { class: 'bar' }, labelled('Filter by key', filter), hold)
  const root = element(
    'div',
    { class: 'tail' },
    ...[bar, problem, count, whole],
    scrolling(`Records of ${topic.name}, the newest first`, columns, body),
  )
  return { root, end }
}

/** By time, the newest first; a record that comes twice is one. */
function newest(kept: readonly Update[], more: readonly Update[]): readonly Update[] {
  const all = new Map([...more.toReversed(), ...kept].map((update) => [update.position, update]))
  return [...all.values()].toSorted((a, b) => b.time - a.time).slice(0, MOST_KEPT)
}

function rowAt(body: HTMLElement): number {
  return [...body.querySelectorAll('button')].findIndex((each) => each === document.activeElement)
}
