// Tests of expressions: what is common to their scopes, and short ways to check, compile and run.
import { expect } from 'vitest'
import type { RecordType, Type, Value } from '../../schemas/type.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { readTree } from '../read-tree.ts'
import type { MapNode } from '../tree.ts'
import type { BlockOptions } from './block-entries.ts'
import { checkBlock } from './check.ts'
import type { Block, Scope } from './expression.ts'
import type { Constant, StatefulFunction } from './function.ts'
import { pureFunctions } from './functions/index.ts'

const DOUBLE: Type = { kind: 'double' }
const mood: RecordType = {
  kind: 'record',
  name: 'social.Mood',
  fields: [
    { name: 'score', type: DOUBLE },
    { name: 'posts', type: { kind: 'nullable', of: { kind: 'long' } } },
  ],
}

const tick: RecordType = {
  kind: 'record',
  name: 'market.Tick',
  fields: [
    { name: 'symbol', type: { kind: 'string' } },
    { name: 'price', type: DOUBLE },
    { name: 'close', type: DOUBLE },
    { name: 'count', type: { kind: 'long' } },
    { name: 'open', type: { kind: 'boolean' } },
    { name: 'time', type: { kind: 'time', unit: 'ms' } },
    { name: 'received', type: { kind: 'time', unit: 'us' } },
    { name: 'age', type: { kind: 'duration' } },
    { name: 'quantity', type: { kind: 'decimal', precision: 18, scale: 2 } },
    { name: 'side', type: { kind: 'enum', name: 'market.Side', symbols: ['BUY', 'SELL'] } },
    { name: 'mood', type: { kind: 'nullable', of: mood } },
    { name: 'last', type: { kind: 'nullable', of: DOUBLE } },
    { name: 'book', type: mood },
    { name: 'tags', type: { kind: 'list', items: { kind: 'string' } } },
    { name: 'rates', type: { kind: 'map', values: DOUBLE } },
  ],
}

const series = {
  name: 'x',
  summary: 'A value.',
  takes: 'series',
  kinds: ['number', 'boolean'],
} as const

/**
 * The value of `period` records ago, from a ring: a kernel with everything that undo has to put
 * back.
 */
const prev: StatefulFunction = {
  name: 'prev',
  summary: 'The value of some records ago.',
  parameters: [
    { ...series, kinds: ['number', 'boolean', 'time', 'duration'] },
    {
      name: 'period',
      summary: 'How many records ago.',
      takes: 'constant',
      kinds: ['number'],
      optional: true,
      integer: true,
      min: 1,
      max: 100,
    },
  ],
  result: ([type = DOUBLE]) => type,
  lookback: ([period]) => Number(period ?? 1),
  kernel: ([period]) => {
    const ring = Number(period ?? 1)
    return {
      header: 2,
      ring,
      width: 1,
      update: (state, at, _results, x) => {
        const next = state[at] ?? 0
        const seen = state[at + 1] ?? 0
        const row = at + 2 + next
        const value = seen >= ring ? (state[row] ?? NaN) : NaN
        state[row] = x
        state[at] = (next + 1) % ring
        state[at + 1] = Math.min(seen + 1, ring)
        return value
      },
    }
  },
  source: 'a test',
  example: 'prev(close)',
}

/** Sum and count since the start: several results, an initial state that is not zero. */
const total: StatefulFunction = {
  name: 'total',
  summary: 'The sum since the start.',
  parameters: [
    series,
    {
      name: 'start',
      summary: 'What is there before.',
      takes: 'constant',
      kinds: ['string'],
      optional: true,
      words: ['zero', 'hundred'],
    },
  ],
  result: () => ({
    kind: 'record',
    name: 'Total',
    fields: [
      { name: 'sum', type: DOUBLE },
      { name: 'count', type: DOUBLE },
    ],
  }),
  lookback: () => 0,
  kernel: ([start]: readonly Constant[]) => ({
    header: 2,
    ring: 0,
    width: 0,
    start: (state, at) => {
      state[at] = start === 'hundred' ? 100 : 0
    },
    update: (state, at, results, x) => {
      state[at] = (state[at] ?? 0) + x
      state[at + 1] = (state[at + 1] ?? 0) + 1
      results[0] = state[at] ?? 0
      results[1] = state[at + 1] ?? 0
      return results[0]
    },
  }),
  source: 'a test',
  example: 'total(close).sum',
}

const rises: StatefulFunction = {
  ...prev,
  name: 'rises',
  parameters: [series],
  result: () => ({ kind: 'boolean' }),
  lookback: () => 1,
  kernel: () => ({
    header: 2,
    ring: 0,
    width: 0,
    update: (state, at, _results, x) => {
      const before = state[at + 1] === 1 ? (state[at] ?? 0) : NaN
      state[at] = x
      state[at + 1] = 1
      return Number.isNaN(before) ? NaN : Number(x > before)
    },
  }),
}

export const scope: Scope = {
  input: tick,
  inputName: 'stream "ticks"',
  parameters: new Map([
    ['fast', { type: DOUBLE, value: 12 }],
    ['period', { type: DOUBLE, value: 2 }],
    ['bar', { type: { kind: 'duration' }, value: 1_000_000 }],
    ['names', { type: { kind: 'list', items: { kind: 'string' } }, value: ['A', 'B'] }],
    ['spread', { type: DOUBLE, value: 5, per: { field: 'symbol', values: new Map([['BTC', 1]]) } }],
    ['by_venue', { type: DOUBLE, value: 5, per: { field: 'venue', values: new Map([['X', 1]]) } }],
  ]),
  pure: pureFunctions,
  stateful: new Map([prev, total, rises].map((each) => [each.name, each])),
}

export interface Checked {
  readonly block: Block | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Checks the YAML text of a block. */
export function check(text: string, options: Partial<BlockOptions> = {}, within = scope): Checked {
  const diagnostics: Diagnostic[] = []
  const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic)
  const map = readTree({ path: 'topology.yaml', text }, report) as MapNode | undefined
  const block =
    map && checkBlock(map, within, report, { stateful: true, siblings: true, ...options })
  return { block, diagnostics }
}

/** Checks a block that must be without mistakes. */
export function checked(text: string, options: Partial<BlockOptions> = {}, within = scope): Block {
  const { block, diagnostics } = check(text, options, within)
  expect(diagnostics.map(({ message }) => message)).toEqual([])
  if (block === undefined) throw new Error('a block without mistakes is undefined')
  return block
}

/** YAML for one entry `x` whose text reaches the parser as it stands. */
export function quotedEntry(expression: string): string {
  return `x: ${JSON.stringify(expression)}\n`
}

/** A record of `tick`; what a test does not give has a value that it does not care for. */
export function record(given: Value = {}): Value {
  return {
    symbol: 'BTC',
    price: 10,
    close: 4,
    count: 3,
    open: true,
    time: 5_000_000,
    received: 7_000_000,
    age: 1_500_000,
    side: 'BUY',
    mood: null,
    last: null,
    book: { score: 0.5, posts: null },
    tags: ['a', 'b'],
    rates: { EUR: 1.1 },
    ...given,
  }
}
