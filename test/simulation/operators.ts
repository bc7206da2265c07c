// Operators that the generated topologies have beside the real ones, for what none of those does
// yet: several outputs, duplicates, state that a timer deletes.
import { operator, type Operator } from '../../operators/operator.ts'
import { fill, order } from './feedback-operators.ts'
import { operators } from '../../operators/index.ts'
import { BOOLEAN, DOUBLE, TIME } from '../../schemas/type.ts'
import { duration, expression, struct } from '../../topology/config.ts'
import { compileExpression } from '../../topology/expression/compile.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'

const split = operator({
  name: 'split',
  summary: 'Sends a record one way or the other.',
  config: struct({ by: expression(BOOLEAN, { summary: 'Which way.' }) }),
  fates: ['bad'],
  infer: ({ input }) => ({ outputs: { yes: input, no: input }, stores: {}, lookback: 0 }),
  example: '',
  step: ({ config }) => {
    const holds = compileExpression(config.by)
    return {
      onRecord: ({ value }, turn) => {
        if (value === null) return
        turn.emit(value, { output: holds(value) === true ? 'yes' : 'no' })
      },
    }
  },
})

interface Seen {
  value: number
  until: number
}

const distinct = operator({
  name: 'distinct',
  summary: 'Refuses a record that says what its key said shortly before.',
  config: struct({
    of: expression(DOUBLE, { summary: 'What it says.' }),
    within: duration({ summary: 'How long that is remembered.' }),
  }),
  fates: ['bad', 'duplicate'],
  infer: ({ step, input }) => ({
    outputs: { main: input },
    stores: {
      seen: {
        key: input.key,
        entry: inferredRecord(`${step}-seen`, [
          { name: 'value', type: DOUBLE },
          { name: 'until', type: TIME },
        ]),
      },
    },
    lookback: 0,
  }),
  example: '',
  step: ({ config, store }) => {
    const seen = store<Seen>('seen')
    const read = compileExpression(config.of)
    return {
      onRecord: ({ key, value }, turn) => {
        if (value === null) return
        const said = Number(read(value))
        const until = turn.now + config.within
        const isRepeated = seen.get(key)?.value === said
        const entry = seen.edit(key, () => ({ value: said, until }))
        entry.value = said
        entry.until = until
        turn.wakeAt(key, until)
        if (isRepeated) turn.reject('duplicate', 'it says the same again')
        else turn.emit(value)
      },
      onTimer: (key) => seen.delete(key),
    }
  },
})

/** The real operators and those of the simulation. */
export const simulatedOperators: ReadonlyMap<string, Operator> = new Map([
  ...operators,
  ...[split, distinct, order, fill].map(
    (each) => [each.name, each as unknown as Operator] as const,
  ),
])
