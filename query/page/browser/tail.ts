// The tail of a topic: its records, the newest first, as they come. It can be held still, and
// narrowed to keys; a record that is chosen is shown whole.
import { throttled } from './clock.ts'
import { button, element, labelled } from './dom.ts'
import type { Field, Topic, Update } from './answers.ts'
import type { Streams } from './streams.ts'
import { alertNote, cellOf, type Column, scrolling } from './table.ts'
import { TailRecords } from './tail-records.ts'
import { isNumeric, keyText, moment, valueText } from './value-text.ts'

const MOST_ROWS = 100
const HISTORY = 100
const DRAW_MS = 200

export function makeTail(
  streams: Streams,
  topic: Topic,
): { readonly root: HTMLElement; readonly end: () => void } {
  const records = new TailRecords()
  const rows = makeRows(topic)
  const count = element('p', { class: 'note', role: 'status' }, 'No records yet.')
  const problem = element('div')
  const filter = element('input', {
    ...{ type: 'search', placeholder: 'all keys', autocomplete: 'off', spellcheck: 'false' },
    input: () => draw(),
  })
  const hold = button('Pause', () => toggle(), { 'aria-pressed': 'false' })
  const toggle = (): void => {
    records.isHeld = !records.isHeld
    hold.textContent = records.isHeld ? 'Resume' : 'Pause'
    hold.setAttribute('aria-pressed', String(records.isHeld))
    draw()
  }
  const draw = (): void => {
    const found = records.find(filter.value)
    const shown = found.slice(0, MOST_ROWS)
    rows.show(shown)
    const of = found.length > shown.length ? ` of ${found.length}` : ''
    const more = records.waiting > 0 ? `, ${records.waiting} more since the pause` : ''
    const none = filter.value === '' ? 'No records yet' : 'No record has such a key'
    count.textContent =
      shown.length === 0 ? `${none}${more}.` : `The newest ${shown.length}${of} records${more}.`
  }
  const drawSoon = throttled(DRAW_MS, draw)
  const end = streams.follow(topic.name, {
    history: HISTORY,
    take: (updates) => {
      records.add(updates)
      drawSoon()
    },
    onProblem: (detail) => problem.replaceChildren(alertNote(detail)),
  })
  const bar = element('div', { class: 'bar' }, labelled('Filter by key', filter), hold)
  return { root: element('div', { class: 'tail' }, bar, problem, count, ...rows.parts), end }
}

interface Rows {
  /** The record that was chosen, and the table. */
  readonly parts: readonly HTMLElement[]
  readonly show: (updates: readonly Update[]) => void
}

function makeRows(topic: Topic): Rows {
  // The time and the key have columns of their own.
  const own = new Set([...topic.key, topic.time ?? 'time'])
  const fields = topic.fields.filter(({ name }) => !own.has(name))
  const columns: readonly Column[] = [
    { title: 'time (UTC)' },
    { title: topic.key.join(' + ') || 'key' },
    ...fields.map(({ name, type }) => ({ title: name, isNumeric: isNumeric(type) })),
  ]
  const body = element('tbody')
  const whole = element('div', { class: 'whole' })
  const caption = `Records of ${topic.name}, the newest first`
  return {
    parts: [whole, scrolling(caption, columns, body)],
    show: (updates) => {
      // Rows are drawn anew: who stands on one by keyboard stays at its place.
      const buttons = [...body.querySelectorAll('button')]
      const at = buttons.findIndex((each) => each === document.activeElement)
      body.replaceChildren(...updates.map((update) => rowOf(update, fields, columns, whole)))
      body.querySelectorAll('button')[at]?.focus()
    },
  }
}

function rowOf(
  update: Update,
  fields: readonly Field[],
  columns: readonly Column[],
  whole: HTMLElement,
): HTMLElement {
  const { key, time, value } = update
  const label = { class: 'plain', title: 'Show the whole record' }
  const cells = [
    button(moment(time), () => showWhole(update, whole), label),
    keyText(key),
    ...fields.map(({ name, type }) => (value === null ? '' : valueText(value[name], type))),
  ]
  const made = cells.map((cell, at) => cellOf(columns[at], cell))
  return element('tr', { class: value === null ? 'gone' : undefined }, ...made)
}

function showWhole({ position, key, value }: Update, whole: HTMLElement): void {
  const close = button('✕', () => whole.replaceChildren(), { 'aria-label': 'Close the record' })
  const head = element('div', { class: 'bar' }, element('code', {}, position), close)
  const text = JSON.stringify({ key, value }, undefined, 2)
  whole.replaceChildren(head, element('pre', { tabindex: 0 }, text))
  whole.scrollIntoView({ block: 'nearest' })
}
