// Bars with signals and fills of one instrument, and equity and drawdown of one account, as their
// topics are written.
import { throttled } from './clock.ts'
import { choice, element, labelled } from './dom.ts'
import type { Topic, Update } from './answers.ts'
import { equityChart } from './equity-chart.ts'
import type { Page, View } from './page.ts'
import { type PriceChart, priceChart } from './price-chart.ts'
import { type Bar, barOf, Kept, type Mark, markOf, topicsOfRoles, worthOf } from './series.ts'
import type { Streams } from './streams.ts'
import { alertNote, note } from './table.ts'

const MOST_KEPT = 5_000
const HISTORY = 400
const DRAW_MS = 300

interface Panel {
  readonly root: HTMLElement
  readonly end: () => void
}

export function chartsView({ topology, streams }: Page): View {
  const topics = topicsOfRoles(topology.topics)
  const [bars, equity] = [topics.get('bars'), topics.get('equity')]
  const panels: readonly Panel[] = [
    ...(bars ? [pricesPanel(streams, bars, topics.get('signals'), topics.get('fills'))] : []),
    ...(equity ? [equityPanel(streams, equity)] : []),
  ]
  const none = note('No step of this topology writes bars or equity to a topic.')
  return {
    root: element('div', {}, ...(panels.length > 0 ? panels.map(({ root }) => root) : [none])),
    end: () => {
      for (const { end } of panels) end()
    },
  }
}

function pricesPanel(
  streams: Streams,
  bars: Topic,
  signals: Topic | undefined,
  fills: Topic | undefined,
): Panel {
  const kept = {
    bars: new Kept<Bar>(MOST_KEPT, ({ symbol }) => symbol),
    signals: new Kept<Mark>(MOST_KEPT, ({ symbol }) => symbol),
    fills: new Kept<Mark>(MOST_KEPT, ({ symbol }) => symbol),
  }
  const shown = chosen({
    ...{ title: 'Prices', of: 'Instrument', keys: () => kept.bars.keys },
    make: (symbol) => {
      const chart: PriceChart = priceChart(symbol)
      const show = (): void =>
        chart.show({
          bars: kept.bars.of(symbol),
          signals: kept.signals.of(symbol),
          fills: kept.fills.of(symbol),
        })
      return { ...chart, show }
    },
  })
  const ends = [
    shown.follow(streams, bars, (each) => add(kept.bars, each, barOf(each))),
    shown.follow(streams, signals, (each) => add(kept.signals, each, markOf(each))),
    shown.follow(streams, fills, (each) => add(kept.fills, each, markOf(each))),
  ]
  return ending(shown, ends)
}

function equityPanel(streams: Streams, equity: Topic): Panel {
  const kept = new Kept<NonNullable<ReturnType<typeof worthOf>>>(MOST_KEPT, (each) => each.account)
  const shown = chosen({
    ...{ title: 'Equity and drawdown', of: 'Account', keys: () => kept.keys },
    make: (account) => {
      const chart = equityChart(account)
      return { ...chart, show: () => chart.show(kept.of(account)) }
    },
  })
  return ending(shown, [shown.follow(streams, equity, (each) => add(kept, each, worthOf(each)))])
}

function add<Datum extends { readonly time: number }>(
  kept: Kept<Datum>,
  { position }: Update,
  datum: Datum | undefined,
): void {
  if (datum !== undefined) kept.add(position, datum)
}

function ending(shown: Panel, ends: readonly (() => void)[]): Panel {
  return {
    root: shown.root,
    end: () => {
      for (const end of ends) end()
      shown.end()
    },
  }
}

interface Choosing {
  readonly title: string
  readonly of: string
  readonly keys: () => readonly string[]
  readonly make: (key: string) => Panel & { readonly show: () => void }
}

interface Chosen extends Panel {
  readonly follow: (
    streams: Streams,
    topic: Topic | undefined,
    see: (update: Update) => void,
  ) => () => void
}

/** One chart of several keys, and which of them. */
function chosen({ title, of, keys, make }: Choosing): Chosen {
  const select = choice([], { change: () => open() })
  const place = element('div', {}, note('Nothing was written yet.'))
  const problem = element('div')
  let chart: ReturnType<Choosing['make']> | undefined
  let known = ''
  const open = (): void => {
    chart?.end()
    chart = make(select.value)
    place.replaceChildren(chart.root)
    chart.show()
  }
  const draw = (): void => {
    const names = keys()
    if (names.join('\n') !== known) {
      known = names.join('\n')
      const before = select.value
      select.replaceChildren(...names.map((name) => element('option', { value: name }, name)))
      if (names.includes(before)) select.value = before
      if (select.value !== before) open()
    }
    chart?.show()
  }
  const drawSoon = throttled(DRAW_MS, draw)
  const bar = element('div', { class: 'bar' }, element('h2', {}, title), labelled(of, select))
  return {
    root: element('section', { class: 'panel', 'aria-label': title }, bar, problem, place),
    follow: (streams, topic, see) => {
      if (topic === undefined) return () => undefined
      return streams.follow(topic.name, {
        history: HISTORY,
        take: (updates) => {
          for (const update of updates) see(update)
          drawSoon()
        },
        onProblem: (detail) => problem.replaceChildren(alertNote(detail)),
      })
    },
    end: () => chart?.end(),
  }
}
