// A store: its entries by key, by a range of keys, or by their places under a key, as last
// committed. Every answer says on which commits it rests.
import { get, wordsOf } from './api.ts'
import { button, choice, element, form, labelled } from './dom.ts'
import type { Entry, Field, Part, Store } from './answers.ts'
import { hrefOf } from './graph.ts'
import type { Page, View } from './page.ts'
import { alertNote, details, facts, note, table } from './table.ts'
import { isNumeric, keyText, moment, number, valueText } from './value-text.ts'

interface Answer {
  readonly entries?: readonly Entry[]
  /** Of one entry. */
  readonly key?: unknown
  readonly value?: Entry['value']
  readonly at?: Entry['at']
  readonly next?: string | null
  readonly isCut?: boolean
  readonly parts: readonly Part[]
}

type How = 'range' | 'point' | 'places'

/** Fields of the form, and for which question each is. */
const FIELDS = [
  ['key', 'Key', ['point', 'places']],
  ['at', 'Place', ['point']],
  ['prefix', 'Prefix', ['range']],
  ['from', 'From', ['range', 'places']],
  ['to', 'To (not included)', ['range', 'places']],
] as const satisfies readonly (readonly [string, string, readonly How[]])[]

export function storeView({ topology }: Page, store: Store): View {
  const isPlaced = store.kind !== 'value'
  const parts = [store.step, store.store].map(encodeURIComponent)
  const path = `api/v1/stores/${parts.join('/')}/entries`
  const results = element('div', { class: 'results', 'aria-live': 'polite' })
  const step = topology.subTopologies
    .flatMap((sub) => sub.steps)
    .find(({ id }) => id === store.step)
  const types = step?.stores.find((each) => each.store === store.store)?.fields ?? []
  const inputs = new Map(
    FIELDS.map(([name]) => [name, element('input', { name, autocomplete: 'off' })] as const),
  )
  const fields = FIELDS.map(([name, title]) => {
    const input = inputs.get(name) ?? element('input')
    return labelled(name === 'key' ? keyTitle(store) : title, input)
  })
  const questions = [
    ['range', 'Range of keys'],
    ['point', 'One entry'],
    ...(isPlaced ? [['places', 'Places under a key'] as const] : []),
  ] as const
  const how = choice(questions, { change: () => arrange() })
  const arrange = (): void => {
    FIELDS.forEach(([name, , of], at) => {
      const isAsked = (of as readonly string[]).includes(how.value)
      fields[at]?.toggleAttribute('hidden', !isAsked || (name === 'at' && !isPlaced))
    })
  }
  const ask = async (cursor?: string): Promise<void> => {
    try {
      const answer = await get<Answer>(addressOf(path, how.value as How, inputs, cursor))
      results.replaceChildren(
        ...shown(`${store.step}.${store.store}`, types, answer, (next) => void ask(next)),
      )
    } catch (error) {
      results.replaceChildren(alertNote(wordsOf(error)))
    }
  }
  arrange()
  void ask()
  const send = element('button', { class: 'main' }, 'Query')
  return {
    root: details(
      `${store.kind} store`,
      `${store.step}.${store.store}`,
      facts([
        ['step', element('a', { href: hrefOf('step', store.step) }, store.step)],
        ['key', store.key.map(({ name, type }) => `${name} (${type})`).join(', ') || 'all'],
        ['kept', store.keepSeconds === null ? 'for ever' : `${number(store.keepSeconds)} s`],
        ['tasks', store.tasks.join(', ')],
      ]),
      form(() => void ask(), { class: 'query' }, labelled('Ask for', how), ...fields, send),
      results,
    ),
  }
}

function keyTitle({ key }: Store): string {
  const names = key.map(({ name }) => name).join(', ')
  return key.length > 1 ? `Key, a list of ${names}` : `Key${names === '' ? '' : `: ${names}`}`
}

function addressOf(
  path: string,
  how: How,
  inputs: ReadonlyMap<string, HTMLInputElement>,
  cursor: string | undefined,
): string {
  const query = new URLSearchParams()
  for (const [name, , of] of FIELDS) {
    const text = inputs.get(name)?.value.trim() ?? ''
    const isAsked = (of as readonly How[]).includes(how)
    if (isAsked && name !== 'key' && text !== '') query.set(name, text)
  }
  if (cursor !== undefined) query.set('cursor', cursor)
  const key = `/${encodeURIComponent(inputs.get('key')?.value ?? '')}`
  const place = { range: '', point: key, places: `${key}/places` }[how]
  return `${path}${place}?${query.toString()}`
}

function shown(
  name: string,
  types: readonly Field[],
  { entries, key, value, at, next, isCut, parts }: Answer,
  more: (cursor: string) => void,
): readonly HTMLElement[] {
  const one = value === undefined ? [] : [{ key, value, ...(at !== undefined && { at }) }]
  const found = entries ?? one
  return [
    found.length === 0
      ? note('Nothing is there.')
      : entriesTable(`Entries of ${name}`, types, found),
    ...(typeof next === 'string' ? [button('Next page', () => more(next))] : []),
    ...(isCut === true ? [note('There are more; ask from a later place.')] : []),
    note(parts.map(partText).join('; ')),
  ]
}

function entriesTable(
  title: string,
  types: readonly Field[],
  entries: readonly Entry[],
): HTMLElement {
  const names = [...new Set(entries.flatMap(({ value }) => Object.keys(value)))]
  const hasPlaces = entries.some(({ at }) => at !== undefined)
  const typeOf = (name: string): string => types.find((each) => each.name === name)?.type ?? ''
  const columns = [
    { title: 'key' },
    ...(hasPlaces ? [{ title: 'at' }] : []),
    ...names.map((name) => ({ title: name, isNumeric: isNumeric(typeOf(name)) })),
  ]
  const rows = entries.map(({ key, at, value }) => [
    keyText(key),
    ...(hasPlaces ? [String(at)] : []),
    ...names.map((name) => valueText(value[name], typeOf(name))),
  ])
  return table(title, columns, rows)
}

function partText({ task, epoch, commit, streamTime, staleness }: Part): string {
  const time = streamTime === null ? '' : `, stream time ${moment(streamTime)}`
  const lag =
    staleness.lagRecords === null ? '' : `, ${number(staleness.lagRecords)} records behind`
  return `Task ${task}: commit ${number(commit)} of epoch ${number(epoch)}${time}${lag}`
}
