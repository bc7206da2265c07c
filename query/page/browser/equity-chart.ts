// What an account is worth, and how far below its peak that is.
import uPlot from 'uplot'
import { element } from './dom.ts'
import { colour, makePlot, padded } from './plot.ts'
import { moveTogether } from './plot-moves.ts'
import type { Worth } from './series.ts'
import { moment, number, percent } from './value-text.ts'

export interface EquityChart {
  readonly root: HTMLElement
  readonly show: (worths: readonly Worth[]) => void
  readonly end: () => void
}

const MICROS_PER_MS = 1_000

export function equityChart(account: string): EquityChart {
  let worths: readonly Worth[] = []
  const words = (at: number): string => {
    const worth = worths[at]
    if (worth === undefined) return ''
    const { time, equity, drawdown, currency } = worth
    const value = `equity ${number(equity)} ${currency}`
    return [moment(time * MICROS_PER_MS), value, `drawdown ${percent(-drawdown)}`].join(' · ')
  }
  const line = (name: string, fill?: string): uPlot.Series => ({
    stroke: () => colour(name),
    width: 1.5,
    ...(fill !== undefined && { fill: () => colour(fill) }),
    ...(uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
    points: { show: false },
  })
  const above = makePlot({
    ...{ title: `Equity of ${account}`, height: 220, words, series: line('equity') },
    valueText: (value) => number(value),
    range: (_, least, most) => padded(least, most),
  })
  const below = makePlot({
    ...{ title: `Drawdown of ${account}`, height: 140, words, series: line('down', 'fall') },
    valueText: percent,
    hasButtons: false,
    range: (_, least) => [Math.min(least * 1.08, -0.0001), 0],
  })
  moveTogether(above.chart, below.chart)
  return {
    root: element('div', {}, above.root, below.root),
    show: (next) => {
      worths = next
      const times = next.map(({ time }) => time)
      above.setData(
        times,
        next.map(({ equity }) => equity),
      )
      below.setData(
        times,
        next.map(({ drawdown }) => -drawdown),
      )
    },
    end: () => {
      above.end()
      below.end()
    },
  }
}
