// Tests of rules: a topology over small operators of their own, so that no rule's test depends on
// an operator's.
import { BOOLEAN, DOUBLE } from '../../schemas/type.ts'
import type { RecordField } from '../../schemas/type.ts'
import { checkTopology } from '../check-topology.ts'
import type { CheckedTopology } from '../check-topology.ts'
import {
  block,
  duration,
  expression,
  field,
  list,
  named,
  nothing,
  number,
  stream,
  struct,
  text,
  word,
} from '../config.ts'
import type { Spec } from '../config.ts'
import { expectDiagnostics, filesOf } from '../expect-diagnostics.ts'
import { inferredRecord } from '../inferred-record.ts'
import type { Settings } from '../parameter-values.ts'
import type { Catalogue, Inference, Signature, SinkSignature, StepType } from '../signature.ts'

type Infer<S extends Spec> = Signature<S>['infer']

function signature<S extends Spec>(name: string, config: S, infer: Infer<S>): [string, Signature] {
  const about = { name, summary: name, config, fates: ['bad'], example: '' } as const
  // A signature of one config is used as one of any: whoever reads the config holds it to the spec.
  return [name, { ...about, infer } as unknown as Signature]
}

function same({ input }: Inference<unknown>): StepType {
  return { outputs: { main: input }, stores: {}, lookback: 0 }
}

const summary = 'What it is.'
const passes = nothing({ summary })

const added: Infer<typeof adding> = ({ step, config, input }) => {
  const fields = config.entries.map(({ name, expression: { type } }): RecordField => ({
    name,
    type,
  }))
  const record = inferredRecord(step, [...input.record.fields, ...fields])
  return { outputs: { main: { ...input, record } }, stores: {}, lookback: 0 }
}
const adding = block({ summary, siblings: true })

const gathering = struct({
  every: duration({ summary: 'Length of a window.', min: 1_000, max: 86_400_000_000 }),
  fill: word(['none', 'previous'], { summary: 'What is in an empty window.', default: 'none' }),
  of: field({ summary: 'What is summed.', optional: true }),
  scale: number({ summary: 'What it is multiplied by.', min: 0, optional: true }),
  rounds: number({ summary: 'How often.', integer: true, optional: true }),
  label: text({ summary: 'What it is called.', optional: true }),
  at: list(duration({ summary: 'An offset.' }), {
    summary: 'Offsets.',
    orOne: true,
    optional: true,
  }),
})

const gathered: Infer<typeof gathering> = ({ step, input }) => {
  const keys = input.record.fields.filter(({ name }) => input.key.includes(name))
  const record = inferredRecord(step, [...keys, { name: 'sum', type: DOUBLE }])
  const entry = inferredRecord(`${step}-window`, [{ name: 'sum', type: DOUBLE }])
  return {
    outputs: { main: { ...input, record } },
    stores: { windows: { key: input.key, entry } },
    lookback: 0,
  }
}

const looking = named(struct({ with: stream({ summary: 'The stream.' }) }), { summary })

const looked: Infer<typeof looking> = ({ step, config, input, streams }) => {
  const fields = Object.entries(config).flatMap(([name, each]) => {
    const type = streams.get(each.with.stream)?.record
    return type ? [{ name, type }] : []
  })
  const record = inferredRecord(step, [...input.record.fields, ...fields])
  return { outputs: { main: { ...input, record } }, stores: {}, lookback: 0 }
}

/**
 * `pass` lets all through, `keep` those of a condition, `add` adds fields, `gather` sums windows
 * and has a store, `look` looks streams up, `halve` has two outputs and no main one, `sort` has
 * `main` and `rejected`.
 */
const operators: ReadonlyMap<string, Signature> = new Map([
  signature('pass', passes, same),
  signature('keep', expression(BOOLEAN, { summary }), same),
  signature('add', adding, added),
  signature('gather', gathering, gathered),
  signature('look', looking, looked),
  signature('halve', passes, ({ input }) => ({
    outputs: { left: input, right: input },
    stores: {},
    lookback: 0,
  })),
  signature('sort', passes, ({ input }) => ({
    outputs: { main: input, rejected: input },
    stores: {},
    lookback: 0,
  })),
  signature('risk-gate', passes, same),
  signature('execute', passes, same),
])

/** An .avsc file of a record. */
export function avsc(name: string, fields: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(fields).map(([field, type]) => JSON.stringify({ name: field, type }))
  return `{ "type": "record", "name": "${name}", "fields": [\n  ${lines.join(',\n  ')}\n] }\n`
}

const TIME = { type: 'long', logicalType: 'timestamp-micros' }
const builtIn = {
  'market/Trade': avsc('Trade', { symbol: 'string', price: 'double', size: 'double', time: TIME }),
  'market/Mean': avsc('Mean', { symbol: 'string', mean: 'double' }),
  'ref/Account': avsc('Account', { account: 'string', symbol: 'string', id: 'long' }),
}

const keeping = struct({
  connection: text({ summary: 'The connection.', optional: true }),
  table: text({ summary: 'The table.', optional: true }),
  key: field({ summary: 'The primary key.', optional: true }),
  every: duration({ summary: 'How often.', default: 1_000_000 }),
})

const ledger: SinkSignature<typeof keeping> = {
  name: 'postgres',
  summary: 'Rows of a table.',
  config: keeping,
  check: ({ sink, topic, config, input, time, span, spanOf, say }) => {
    if (config.key !== undefined && !input.key.includes(config.key)) {
      say({ message: `key of topic "${topic.name}" is another`, span: spanOf('key') })
    }
    if (topic.isTable && time !== undefined) {
      say({ message: `"${sink}" holds no versions by "${time}"`, span })
    }
  },
  target: ({ config, topic }) => `table ${config.table ?? topic.name}`,
  example: '',
}

export const catalogue: Catalogue = {
  operators,
  functions: new Map(),
  schemas: new Map(
    Object.entries(builtIn).map(([name, content]) => {
      const path = `schemas/${name.toLowerCase()}.avsc`
      return [name, { path, text: content }]
    }),
  ),
  connectors: new Map([
    [
      'binance',
      new Map([
        ['trade', { output: 'trades', schema: 'market/Trade' }],
        ['mean', { output: 'means', schema: 'market/Mean' }],
      ]),
    ],
  ]),
  sinks: new Map([['postgres', ledger]]),
}

/** As `gather`; `back` takes feedback, or what `others` name. */
const minding = struct({
  back: stream({ summary: 'What comes back.', feedback: true }),
  others: list(struct({ of: stream({ summary: 'More.', feedback: true }) }), {
    summary: 'More of it.',
    optional: true,
  }),
  plain: stream({ summary: 'What does not.', optional: true }),
  scale: number({ summary: 'How much of it.', default: 1 }),
})

const minded: Infer<typeof minding> = ({ step, input, streams }) => {
  const entry = inferredRecord(`${step}-mind`, [{ name: 'seen', type: DOUBLE }])
  const told = [...streams.keys()].sort().map((name) => ({ name, type: DOUBLE }))
  const record = inferredRecord(step, [...input.record.fields, ...told])
  return {
    outputs: { main: { ...input, record } },
    stores: { mind: { key: input.key, entry } },
    lookback: 0,
  }
}

/**
 * With `mind`, which takes feedback, has a store, and adds a field for each stream whose type it is
 * told.
 */
export const catalogueWithFeedback: Catalogue = {
  ...catalogue,
  operators: new Map([...operators, signature('mind', minding, minded)]),
}

/** Follows the steps of a test, which so begin at the first line. */
const REST = `
topics:
  trades: { topic: market.trades, schema: market/Trade, key: symbol, time: time }
fate: { bad: dead-letter, late: skip, duplicate: skip }
`

export interface HarnessOptions {
  readonly set?: Settings
  readonly files?: Readonly<Record<string, string>>
  readonly catalogue?: Catalogue
  /** Shows what `streams-used` says too: few steps of these tests are read. */
  readonly unused?: boolean
}

/** A text without topics gets `trades`, one without fates gets them. */
export function complete(content: string): string {
  const lines = REST.trim().split('\n')
  const missing = [
    ...(/^topics:/m.test(content) ? [] : lines.slice(0, 2)),
    ...(/^(# no )?fate:/m.test(content) ? [] : lines.slice(2)),
  ]
  return `${content.trimEnd()}\n${missing.join('\n')}\n`
}

export function checkText(content: string, options: HarnessOptions = {}): CheckedTopology {
  const { set = {}, files = {}, catalogue: known = catalogue } = options
  const source = { path: 'topology.yaml', text: content }
  return checkTopology(source, known, { files: filesOf(files), set })
}

/** The whole of what is said about a topology; no text stands for nothing. */
export function expectChecked(
  content: string,
  expected: string,
  { set = {}, files = {}, unused = false, catalogue: known = catalogue }: HarnessOptions = {},
): void {
  expectDiagnostics(
    ({ path, text: unindented }, report) => {
      const source = { path, text: complete(unindented) }
      const options = { files: filesOf(files), set }
      for (const each of checkTopology(source, known, options).diagnostics) {
        if (unused || each.code !== 'streams-used') report(each)
      }
    },
    content,
    expected,
  )
}
