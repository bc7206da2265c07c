// Operators for tests of stores with places and of what is kept for a time: none of the shipped
// ones keeps anything for a time yet.
import { operator, type Operator } from '../operators/operator.ts'
import { DOUBLE, LONG, TIME } from '../schemas/type.ts'
import { duration, expression, struct } from '../topology/config.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import { inferredRecord } from '../topology/inferred-record.ts'

const once = operator({
  name: 'once',
  summary: 'Refuses a record that says what another of its key said shortly before.',
  config: struct({
    by: expression('any', { summary: 'What it says.' }),
    within: duration({ summary: 'How long that is remembered.' }),
  }),
  fates: ['bad', 'duplicate'],
  infer: ({ step, config, input }) => ({
    outputs: { main: input },
    stores: {
      seen: {
        key: input.key,
        entry: inferredRecord(`${step}-seen`, [{ name: 'time', type: TIME }]),
        kind: 'map',
        keep: config.within,
      },
    },
    lookback: 0,
  }),
  example: '',
  step: ({ config, map }) => {
    const seen = map<{ readonly time: number }>('seen')
    const read = compileExpression(config.by)
    return {
      onRecord: ({ key, value, time }, turn) => {
        if (value === null) return
        const said = String(read(value))
        if (seen.get(key, said) !== undefined) {
          turn.reject('duplicate', 'it says the same again')
          return
        }
        seen.edit(key, said, () => ({ time }))
        turn.emit(value)
      },
    }
  },
})

interface Sum {
  sum: number
}

const recent = operator({
  name: 'recent',
  summary: 'Adds how many records of the key lie in the time before, by event time.',
  config: struct({
    of: expression(DOUBLE, { summary: 'What is added up.' }),
    span: duration({ summary: 'How long that time is.' }),
  }),
  fates: ['bad', 'late'],
  infer: ({ step, config, input }) => {
    const added = [
      { name: 'instants', type: LONG },
      { name: 'sum', type: DOUBLE },
      { name: 'before', type: DOUBLE },
    ]
    const entry = inferredRecord(`${step}-sum`, [{ name: 'sum', type: DOUBLE }])
    return {
      outputs: {
        main: { ...input, record: inferredRecord(step, [...input.record.fields, ...added]) },
      },
      stores: { sums: { key: input.key, entry, kind: 'window', keep: config.span } },
      lookback: 0,
    }
  },
  example: '',
  step: ({ config, window }) => {
    const sums = window<Sum>('sums')
    const read = compileExpression(config.of)
    return {
      onRecord: ({ key, value, time }, turn) => {
        if (value === null) return
        const last = sums.last(key)?.[0] ?? time
        if (time < last - config.span) {
          turn.reject('late', 'what lies around it is no longer kept')
          return
        }
        const before = sums.last(key, time - 1)?.[1].sum ?? 0
        sums.edit(key, time, () => ({ sum: 0 })).sum += Number(read(value))
        const near = [...sums.entries(key, time - config.span, time + 1)]
        const sum = near.reduce((all, [, each]) => all + each.sum, 0)
        turn.emit({ ...value, instants: near.length, sum, before })
      },
    }
  },
})

/** By their names, to add to those of a catalogue. */
export const storeOperators: ReadonlyMap<string, Operator> = new Map(
  [once, recent].map((each) => [each.name, each as unknown as Operator] as const),
)
