// A step: its config, what it reads and gives, what it remembers, and what became of its records.
import { element } from './dom.ts'
import type { Step, StepStatus, Topology } from './answers.ts'
import { hrefOf } from './graph.ts'
import type { Page, View } from './page.ts'
import { card, details, facts, note, table } from './table.ts'
import { number, short } from './value-text.ts'

export function stepView({ topology }: Page, step: Step): View {
  const counts = element('div', {}, note('Nothing runs here.'))
  const sub = topology.subTopologies.find(({ steps }) => steps.includes(step))
  const { config, lookback } = step
  return {
    root: details(
      step.operator,
      step.id,
      element(
        'div',
        { class: 'cards' },
        card('Config', config.length > 0 ? facts(config.map(pairOf)) : note('It has none.')),
        card('Records', counts),
        card('Fates', facts(Object.entries(step.fates))),
        card('Reads', inputsOf(topology, step)),
        card('Gives', outputsOf(step)),
        card('State', storesOf(step)),
        card(
          'Place',
          facts([
            ['sub-topology', sub && String(sub.id)],
            ['tasks', sub && tasksOf(sub.id, sub.partitions)],
            ['lookback', lookback > 0 ? `${number(lookback)} records of a key` : 'none'],
          ]),
        ),
      ),
    ),
    show: ({ seconds, steps }) => {
      const own = steps.find(({ step: id }) => id === step.id)
      if (seconds > 0 && own !== undefined) counts.replaceChildren(countsOf(own))
    },
  }
}

function pairOf({ name, text }: Step['config'][number]): readonly [string, string] {
  return [name, text]
}

function countsOf(own: StepStatus): HTMLElement {
  const { recordsPerSecond, emittedPerSecond, records, emitted, fates, held } = own
  return facts([
    ['in', `${short(recordsPerSecond)}/s, ${number(records)} in all`],
    ['out', `${short(emittedPerSecond)}/s, ${number(emitted)} in all`],
    ...Object.entries(fates).map(([fate, times]) => [fate, number(times)] as const),
    ...Object.entries(held).map(([reason, times]) => [`held: ${reason}`, number(times)] as const),
  ])
}

function inputsOf({ topics }: Topology, { inputs }: Step): HTMLElement {
  const rows = inputs.map(({ stream, role, via, feedback, key }) => {
    const [from = stream] = stream.split('.')
    const isTopic = topics.some(({ name }) => name === stream)
    const how = [role, ...(via === 'local' ? [] : [via]), ...(feedback ? ['feedback'] : [])]
    const href = hrefOf(isTopic ? 'topic' : 'step', from)
    return [element('a', { href }, stream), how.join(', '), key.join(' + ') || 'all']
  })
  return table('Inputs', [{ title: 'stream' }, { title: 'how' }, { title: 'key' }], rows)
}

function outputsOf({ outputs }: Step): HTMLElement {
  const rows = outputs.map(({ output, topic, key, fields }) => {
    const to = topic === undefined ? '–' : element('a', { href: hrefOf('topic', topic) }, topic)
    const names = element('span', { title: fields.map(({ name }) => name).join(', ') })
    names.textContent = String(fields.length)
    return [output, to, key.join(' + ') || 'all', names]
  })
  const columns = [{ title: 'output' }, { title: 'topic' }, { title: 'key' }, FIELDS]
  return table('Outputs', columns, rows)
}

const FIELDS = { title: 'fields', isNumeric: true }

function storesOf({ id, stores }: Step): HTMLElement {
  if (stores.length === 0) return note('It remembers nothing.')
  const rows = stores.map(({ store, key }) => {
    const href = hrefOf('store', `${id}.${store}`)
    return [element('a', { href }, store), key.join(' + ') || 'all']
  })
  return table('Stores', [{ title: 'store' }, { title: 'key' }], rows)
}

function tasksOf(id: number, partitions: number): string {
  return partitions === 1 ? `${id}_0` : `${id}_0 to ${id}_${partitions - 1}`
}
