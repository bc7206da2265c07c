// The windows of one key in every length that a step gathers. For a tick that falls into open
// windows and closes none, as most do, nothing is allocated.
import type { Tick } from './bar-source.ts'
import {
  addTick,
  type Bar,
  closeDue,
  isGap,
  isLate,
  isQuiet,
  moveLast,
  nextClose,
  noWindows,
  type WindowRule,
  type Windows,
} from './bar-windows.ts'

interface ClosedBar {
  readonly bar: Bar
  readonly every: number
  /** Place of its length among the lengths. */
  readonly index: number
}

/** Windows stand in the order of the rules. */
export interface BarLengths {
  readonly start: () => Windows[]
  /** Whether a tick does nothing but move the last window of every length. */
  readonly isQuiet: (sizes: readonly Windows[], time: number, horizon: number) => boolean
  /** Adds a tick for which `isQuiet` holds. */
  readonly move: (sizes: readonly Windows[], time: number, tick: Tick) => void
  /** Whether the window of `time` has closed in one of the lengths. */
  readonly isLate: (sizes: readonly Windows[] | undefined, time: number, horizon: number) => boolean
  /** Closes every window that is due, in the order of their ends, ties in that of the rules. */
  readonly closeDue: (sizes: readonly Windows[], horizon: number) => readonly ClosedBar[]
  /** Whether filling has been given up in one of the lengths. */
  readonly isGap: (sizes: readonly Windows[]) => boolean
  /** Adds a tick in every length; true if that opened a window. */
  readonly add: (sizes: readonly Windows[], time: number, tick: Tick) => boolean
  /** When the clock closes the next bar; infinity if there is none to come. */
  readonly nextClose: (sizes: readonly Windows[]) => number
}

export function barLengths(windowRules: readonly WindowRule[]): BarLengths {
  const rules = windowRules.map((rule, index) => ({ ...rule, index }))
  return {
    start: () => rules.map(noWindows),
    isQuiet: (sizes, time, horizon) => {
      for (const rule of rules) {
        if (!isQuiet(rule, windowsAt(sizes, rule.index), time, horizon)) return false
      }
      return true
    },
    move: (sizes, time, tick) => {
      for (const windows of sizes) moveLast(windows, time, tick)
    },
    isLate: (sizes, time, horizon) => {
      for (const rule of rules) {
        if (isLate(rule, sizes && windowsAt(sizes, rule.index), time, horizon)) return true
      }
      return false
    },
    closeDue: (sizes, horizon) => {
      const due: ClosedBar[] = []
      for (const rule of rules) {
        const { every, index } = rule
        for (const bar of closeDue(rule, windowsAt(sizes, index), horizon)) {
          due.push({ bar, every, index })
        }
      }
      return rules.length > 1 ? due.sort(byEnd) : due
    },
    isGap: (sizes) => sizes.some(isGap),
    add: (sizes, time, tick) => {
      let opened = false
      for (const { every, index } of rules) {
        if (addTick(every, windowsAt(sizes, index), time, tick)) opened = true
      }
      return opened
    },
    nextClose: (sizes) => {
      let at = Number.POSITIVE_INFINITY
      for (const rule of rules) at = Math.min(at, nextClose(rule, windowsAt(sizes, rule.index)))
      return at
    },
  }
}

function byEnd(a: ClosedBar, b: ClosedBar): number {
  return a.bar.start + a.every - b.bar.start - b.every || a.index - b.index
}

function windowsAt(sizes: readonly Windows[], index: number): Windows {
  const windows = sizes[index]
  if (windows === undefined) throw new Error('a bar length without its windows')
  return windows
}
