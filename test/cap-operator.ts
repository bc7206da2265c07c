// An operator for tests of feedback: none of the shipped ones takes it yet.
import { operator, type Operator } from '../operators/operator.ts'
import { LONG } from '../schemas/type.ts'
import { number, stream, struct } from '../topology/config.ts'
import { inferredRecord } from '../topology/inferred-record.ts'

const cap = operator({
  name: 'cap',
  summary: 'Lets records of a key pass until enough of them have come back.',
  config: struct({
    back: stream({ summary: 'What comes back.', feedback: true }),
    most: number({ summary: 'How many may come back.' }),
  }),
  fates: ['bad'],
  infer: ({ step, input }) => ({
    outputs: { main: input },
    stores: {
      back: { key: input.key, entry: inferredRecord(`${step}-back`, [{ name: 'n', type: LONG }]) },
    },
    lookback: 0,
  }),
  example: '',
  step: ({ config, store }) => {
    const back = store<{ n: number }>('back')
    return {
      onRecord: ({ key, value }, turn, input) => {
        if (value === null) return
        if (input !== 'main') back.edit(key, () => ({ n: 0 })).n += 1
        else if ((back.get(key)?.n ?? 0) < config.most) turn.emit(value)
        else turn.hold('enough has come back')
      },
    }
  },
})

/** By its name, to add to those of a catalogue. */
export const capOperator: ReadonlyMap<string, Operator> = new Map([['cap', cap]])
