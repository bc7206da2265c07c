// A sink: where it writes, and how it goes.
import { element } from './dom.ts'
import type { Sink } from './answers.ts'
import { total } from './figures.ts'
import { hrefOf } from './graph.ts'
import type { View } from './page.ts'
import { alertNote, card, details, facts, note } from './table.ts'
import { number } from './value-text.ts'

export function sinkView(sink: Sink): View {
  const state = element('div', {}, note('It does not run here.'))
  const { name, kind, connection, topic, bad, config } = sink
  return {
    root: details(
      `${kind} sink`,
      name,
      element(
        'div',
        { class: 'cards' },
        card(
          'Config',
          facts([
            ['from', element('a', { href: hrefOf('topic', topic) }, topic)],
            ['connection', connection],
            ...config.map((line) => [line.name, line.text] as const),
            ['bad', bad],
          ]),
        ),
        card('State', state),
      ),
    ),
    show: ({ sinks }) => {
      const own = sinks.find((each) => each.sink === name)
      if (own === undefined) return
      const lag = total(own.partitions.map(({ lagRecords }) => lagRecords))
      state.replaceChildren(
        facts([
          ['state', own.state],
          ['lag', lag === null ? undefined : `${number(lag)} records`],
        ]),
        ...(own.failure === null ? [] : [alertNote(own.failure.message)]),
      )
    },
  }
}
