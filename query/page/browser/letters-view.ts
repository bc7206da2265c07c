// Dead letters: what was refused and why, the newest first, each with its value, and the way to
// send it again for who may.
import { get, post, wordsOf } from './api.ts'
import { button, choice, element, labelled } from './dom.ts'
import type { Letter } from './answers.ts'
import { hrefOf } from './graph.ts'
import { hindrance, type Page, type View } from './page.ts'
import { alertNote, facts, note, table } from './table.ts'
import { moment, valueText } from './value-text.ts'

interface Letters {
  readonly letters: readonly Letter[]
  readonly older: string | null
}

type WholeLetter = Letter & { readonly value: unknown; readonly original: string | null }

const LIMIT = 50
const COLUMNS = ['number', 'step', 'reason', 'key', 'time (UTC)', 'place', 'sent']

/** `opened` is the number of a letter that is to be shown whole. */
export function lettersView(page: Page, opened: string | undefined): View {
  const list = element('div')
  const whole = element('div')
  let letters: readonly Letter[] = []
  const steps = page.topology.subTopologies.flatMap((sub) => sub.steps.map(({ id }) => id))
  const names = [...steps, ...page.topology.sinks.map(({ name }) => name)]
  const inputs = page.topology.topics.filter(({ role }) => role === 'input')
  const all = [...names, ...inputs.map(({ name }) => name)].sort()
  const only = choice([['', 'all'], ...all.map((name) => [name, name] as const)], {
    change: () => void load(),
  })
  const load = async (cursor?: string): Promise<void> => {
    const query = new URLSearchParams({ limit: String(LIMIT) })
    if (only.value !== '') query.set('step', only.value)
    if (cursor !== undefined) query.set('cursor', cursor)
    try {
      const answer = await get<Letters>(`api/v1/dead-letters?${query.toString()}`)
      const found = answer.letters.toReversed()
      letters = cursor === undefined ? found : [...letters, ...found]
      list.replaceChildren(...shown(letters, answer.older, (older) => void load(older)))
    } catch (error) {
      list.replaceChildren(alertNote(wordsOf(error)))
    }
  }
  void load()
  if (opened !== undefined) void showWhole(page, opened, whole, () => void load())
  const again = button('Look again', () => void load())
  return {
    root: element(
      'section',
      { class: 'panel', 'aria-label': 'Dead letters' },
      element(
        'div',
        { class: 'bar' },
        element('h2', {}, 'Dead letters'),
        element('div', { class: 'bar' }, labelled('Of', only), again),
      ),
      whole,
      list,
    ),
  }
}

function shown(
  letters: readonly Letter[],
  older: string | null,
  more: (cursor: string) => void,
): readonly HTMLElement[] {
  if (letters.length === 0 && older === null) {
    return [note('There are none: every record was taken.')]
  }
  const rows = letters.map(({ number, step, reason, key, time, place, sent }) => [
    element('a', { href: hrefOf('letters', number) }, number),
    step,
    reason,
    key ?? '–',
    time === null ? '–' : moment(time),
    place,
    sent ? 'sent again' : '',
  ])
  const columns = COLUMNS.map((title) => ({ title }))
  return [
    table('Dead letters, the newest first', columns, rows),
    ...(older === null ? [] : [button('Older', () => more(older))]),
  ]
}

async function showWhole(
  page: Page,
  number: string,
  place: HTMLElement,
  onSent: () => void,
): Promise<void> {
  const path = `api/v1/dead-letters/${encodeURIComponent(number)}`
  try {
    const letter = await get<WholeLetter>(path)
    const outcome = element('div', { role: 'status' })
    const send = async (): Promise<void> => {
      try {
        const { record } = await post<{ record: string }>(`${path}/send`, { again: letter.sent })
        outcome.replaceChildren(note(`Sent again: ${record}.`))
        onSent()
      } catch (error) {
        outcome.replaceChildren(alertNote(wordsOf(error)))
      }
    }
    const why = hindrance(page.caller, 'operator')
    const sending = button(letter.sent ? 'Send once more' : 'Send again', () => void send(), {
      disabled: why !== undefined,
    })
    const controls = element('div', { class: 'bar' }, sending, why !== undefined && note(why))
    place.replaceChildren(wholeOf(letter, controls, outcome))
  } catch (error) {
    place.replaceChildren(alertNote(wordsOf(error)))
  }
}

function wholeOf(letter: WholeLetter, ...controls: readonly HTMLElement[]): HTMLElement {
  const { number, step, fate, reason, stream, key, time, place, topic, value, original } = letter
  const from = topic === null ? undefined : `${topic}/${letter.partition}@${letter.offset}`
  return element(
    'section',
    { class: 'card whole', 'aria-label': `Dead letter ${number}` },
    element(
      'div',
      { class: 'bar' },
      element('h3', {}, `Letter ${number}`),
      element('a', { class: 'close', href: '#/letters', 'aria-label': 'Close the letter' }, '✕'),
    ),
    facts([
      ['step', step],
      ['fate', fate],
      ['reason', reason],
      ['stream', stream],
      ['key', key ?? undefined],
      ['time', valueText(time, 'time')],
      ['place', place],
      ['record', from],
    ]),
    element('pre', { tabindex: 0 }, JSON.stringify(value, undefined, 2)),
    ...(original === null ? [] : [element('pre', { tabindex: 0 }, original)]),
    ...controls,
  )
}
