// Beneath the graph while nothing in it is chosen: how the run goes in this process, and what the
// topology was set to.
import { element } from './dom.ts'
import type { Status, Topology } from './answers.ts'
import type { Page, View } from './page.ts'
import { alertNote, card, facts, note, table } from './table.ts'
import { milliseconds, moment, number, short, valueText } from './value-text.ts'

export function overview({ topology, caller }: Page): View {
  const run = element('div', {}, note(caller.isReadOnly ? REPLAY : IDLE))
  const tasks = element('div', {}, note('No task runs here.'))
  return {
    root: element(
      'section',
      { class: 'panel', 'aria-label': 'Overview' },
      element(
        'div',
        { class: 'cards' },
        card('Run', run),
        card('Tasks', tasks),
        card('Parameters', parametersOf(topology)),
        card(
          'Identity',
          facts([
            ['topology', topology.topology],
            ['shape', hash(topology.shapeHash)],
            ['everything', hash(topology.fullHash)],
          ]),
        ),
      ),
    ),
    show: (status) => {
      if (status.seconds === 0) return
      run.replaceChildren(...runOf(status))
      if (status.tasks.length > 0) tasks.replaceChildren(tasksOf(status))
    },
  }
}

const REPLAY = 'This is a finished replay: its topics, its state and its charts are as it ended.'
const IDLE = 'Nothing runs in this process yet.'

function hash(text: string): HTMLElement {
  return element('code', { class: 'hash', title: text }, text.slice(0, 16))
}

function runOf({ seconds, commits, slots }: Status): readonly HTMLElement[] {
  const { perSecond, p50Ms, p99Ms } = commits
  const ms = (value: number | null): string => (value === null ? '–' : milliseconds(value))
  return [
    facts([
      ['commits', `${short(perSecond)}/s`],
      ['commit p50, p99', `${ms(p50Ms)}, ${ms(p99Ms)}`],
      ['slots', slots.map(({ slot, state }) => `${slot} ${state}`).join(', ') || 'none'],
    ]),
    ...slots.flatMap(({ slot, failure }) =>
      failure === null ? [] : [alertNote(`slot ${slot}: ${failure.code}: ${failure.message}`)],
    ),
    note(`Rates are of the last ${number(Math.round(seconds))} s.`),
  ]
}

function tasksOf({ tasks }: Status): HTMLElement {
  const columns = [
    { title: 'task' },
    { title: 'stream time' },
    { title: 'lag', isNumeric: true },
    { title: 'state' },
  ]
  const rows = tasks.map(({ task, clock, lagSeconds, waitsFor, hasFinished }) => [
    task,
    clock === null ? '–' : moment(clock),
    lagSeconds === null ? '–' : milliseconds(Math.round(lagSeconds * 1_000)),
    waitsFor === null ? (hasFinished ? 'finished' : 'running') : `waits for ${waitsFor}`,
  ])
  return table('Tasks', columns, rows)
}

function parametersOf({ parameters }: Topology): HTMLElement {
  const pairs = Object.entries(parameters).map(([name, { type, value, per }]) => {
    const text = valueText(value, type)
    if (per === undefined) return [name, text] as const
    const others = Object.entries(per.values).map(([key, own]) => `${key} ${valueText(own, type)}`)
    return [name, `${text}; ${others.join(', ')}`] as const
  })
  return pairs.length === 0 ? note('It has none.') : facts(pairs)
}
