// Two operators that make a circle: orders are sent by what is held, fills come back after a while
// and change what is held, which may send an order again.
import { operator, type StepRecord, type Turn } from '../../operators/operator.ts'
import { DOUBLE, type RecordField, TIME, type Value } from '../../schemas/type.ts'
import { duration, expression, stream, struct } from '../../topology/config.ts'
import { compileExpression } from '../../topology/expression/compile.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { StoreType, StreamType } from '../../topology/signature.ts'

interface Held {
  readonly identity: Value
  held: number
}

/** More is sold again at once. */
const MOST_HELD = 150

function keyFields({ record, key }: StreamType): readonly RecordField[] {
  return record.fields.filter(({ name }) => key.includes(name))
}

function identityOf({ key }: StreamType, value: Value): Value {
  return Object.fromEntries(key.map((name) => [name, value[name]]))
}

/** A store by the input's key, whose entries know the key's fields. */
function storeOf(step: string, input: StreamType, fields: readonly RecordField[]): StoreType {
  const identity = inferredRecord(`${step}-identity`, keyFields(input))
  const entry = inferredRecord(`${step}-entry`, [{ name: 'identity', type: identity }, ...fields])
  return { key: input.key, entry }
}

export const order = operator({
  name: 'order',
  summary: 'Buys until enough is held, and sells all when that was too much.',
  config: struct({
    of: expression(DOUBLE, { summary: 'How much to buy.' }),
    with: stream({ summary: 'The fills, which follow from the orders.', feedback: true }),
  }),
  fates: ['bad'],
  infer: ({ step, input }) => {
    const record = inferredRecord(step, [...keyFields(input), { name: 'quantity', type: DOUBLE }])
    const stores = { held: storeOf(step, input, [{ name: 'held', type: DOUBLE }]) }
    return { outputs: { main: { ...input, record } }, stores, lookback: 0 }
  },
  example: '',
  step: ({ config, input, store }) => {
    const book = store<Held>('held')
    const read = compileExpression(config.of)
    const onFill = ({ key, value }: StepRecord, turn: Turn): void => {
      const before = book.get(key)
      if (before === undefined) throw new Error('a fill without an order')
      const entry = book.edit(key, () => before)
      entry.held += Number(value?.filled)
      if (entry.held > MOST_HELD) turn.emit({ ...entry.identity, quantity: -entry.held })
    }
    return {
      onRecord: (record, turn, source) => {
        if (source !== 'main') {
          onFill(record, turn)
          return
        }
        if (record.value === null) return
        const identity = identityOf(input, record.value)
        const quantity = Number(read(record.value))
        const { held } = book.edit(record.key, () => ({ identity, held: 0 }))
        if (!Number.isFinite(quantity)) turn.reject('bad', 'the quantity is not finite')
        else if (held > MOST_HELD) turn.hold('enough is held')
        else turn.emit({ ...identity, quantity })
      },
    }
  },
})

interface Pending {
  readonly identity: Value
  /** In the order in which they are due. */
  due: number[]
  quantities: number[]
}

export const fill = operator({
  name: 'fill',
  summary: 'Fills orders at once, or after a latency.',
  config: struct({
    of: expression(DOUBLE, { summary: 'How much was ordered.' }),
    latency: duration({ summary: 'How long a fill takes.', optional: true }),
  }),
  fates: ['bad'],
  infer: ({ step, input }) => {
    const record = inferredRecord(step, [...keyFields(input), { name: 'filled', type: DOUBLE }])
    const fields: RecordField[] = [
      { name: 'due', type: { kind: 'list', items: TIME } },
      { name: 'quantities', type: { kind: 'list', items: DOUBLE } },
    ]
    const stores = { pending: storeOf(step, input, fields) }
    return { outputs: { main: { ...input, record } }, stores, lookback: 0 }
  },
  example: '',
  step: ({ config, input, store }) => {
    const book = store<Pending>('pending')
    const read = compileExpression(config.of)
    return {
      onRecord: ({ key, value }, turn) => {
        if (value === null) return
        const identity = identityOf(input, value)
        const quantity = Number(read(value))
        if (config.latency === undefined) {
          turn.emit({ ...identity, filled: quantity })
          return
        }
        const start = (): Pending => ({ identity, due: [], quantities: [] })
        const { due, quantities } = book.edit(key, start)
        due.push(turn.now + config.latency)
        quantities.push(quantity)
        turn.wakeAt(key, due[0] ?? turn.now)
      },
      onTimer: (key, at, turn) => {
        const before = book.get(key)
        if (before === undefined) return
        const pending = book.edit(key, () => before)
        while ((pending.due[0] ?? Number.POSITIVE_INFINITY) <= at) {
          pending.due.shift()
          const filled = pending.quantities.shift()
          turn.emit({ ...pending.identity, filled }, { time: at })
        }
        const [next] = pending.due
        if (next === undefined) book.delete(key)
        else turn.wakeAt(key, next)
      },
    }
  },
})
