import { expect, test } from 'vitest'
import type { Step } from '../../operators/operator.ts'
import { DOUBLE } from '../../schemas/type.ts'
import type { PlannedStep } from '../../topology/plan.ts'
import { Channel, merge } from './channels.ts'
import { ReferenceStore } from './stores.ts'
import { ReferenceTask } from './task.ts'

interface Seen {
  count: number
}

const type = {
  kind: 'record',
  name: 'test.Seen',
  fields: [{ name: 'count', type: DOUBLE }],
} as const
const planned: PlannedStep = {
  id: 'subject',
  operator: 'subject',
  config: undefined,
  inputs: [
    {
      stream: 'input',
      name: 'main',
      role: 'drives',
      via: 'topic',
      feedback: false,
      type: { record: type, key: [], lateness: 0 },
    },
  ],
  input: { record: type, key: [], lateness: 0 },
  type: { outputs: {}, stores: {}, lookback: 0 },
  outputs: new Map(),
  fates: { bad: 'skip', late: 'skip', duplicate: 'skip' },
  stateHash: '',
}

/** Counts what it gets, emits, holds and sets a timer, then does what the record says. */
function counting(store: ReferenceStore): Step {
  return {
    onRecord: ({ key, value, time }, turn) => {
      const seen = store.value.edit(key, () => ({ count: 0 })) as Seen
      seen.count += 1
      turn.emit({ count: seen.count })
      turn.hold('counted')
      turn.wakeAt(key, time + 1)
      if (value?.then === 'reject') turn.reject('late', 'rejected')
      if (value?.then === 'reject and throw') turn.reject('late', 'rejected')
      if (value?.then === 'unfit') turn.emit({ count: 'unfit' })
      if (String(value?.then).endsWith('throw')) throw new Error('thrown')
    },
    onTimer: (key, at, turn) => turn.emit({ fired: key }, { time: at }),
  }
}

/** What becomes of a record of each key, and how many each key has then counted. */
function run(doings: readonly string[]): { events: string[]; counts: readonly unknown[] } {
  const events: string[] = []
  const store = new ReferenceStore({ key: [], entry: type }, () => 0)
  const channel = new Channel(0, 0, 0)
  for (const [index, then] of doings.entries()) {
    const item = { stream: 'input', key: `k${index}`, value: { then }, time: 10 * index, place: '' }
    channel.append({ kind: 'record', ...item }, 10 * index)
  }
  channel.append({ kind: 'heartbeat' }, 1000)
  const parts = {
    steps: [{ planned, step: counting(store), stores: new Map([['seen', store]]) }],
    items: merge([channel]),
    via: new Map([['input', 'topic']] as const),
  }
  const task = new ReferenceTask(parts, {
    key: (_step, output, emission) => {
      if (emission.value.count === 'unfit') throw new Error('its topic cannot hold it')
      const planned = { key: [], broadcast: false, topic: undefined }
      return { output, planned, emission: { ...emission, key: '' }, written: undefined }
    },
    emitted: (_step, { emission }) => void events.push(JSON.stringify(emission.value)),
    fated: (_step, fate, reason) => void events.push(`${fate}: ${reason}`),
    held: (_step, reason) => void events.push(`held: ${reason}`),
    reached: () => undefined,
    taken: () => undefined,
    unreadable: () => undefined,
    received: () => undefined,
    crashed: () => undefined,
  })
  task.run()
  const counts = doings.map((_, index) => (store.value.get(`k${index}`) as Seen | undefined)?.count)
  return { events, counts }
}

test('a step that throws leaves no state, no timer and nothing given out', () => {
  expect(run(['throw'])).toEqual({ events: ['bad: thrown'], counts: [undefined] })
})

test('a step that rejects keeps its state and its timer, and gives nothing out', () => {
  expect(run(['reject'])).toEqual({ events: ['late: rejected', '{"fired":"k0"}'], counts: [1] })
})

test('a step that gives out what its topic cannot hold has rejected the record', () => {
  expect(run(['unfit'])).toEqual({
    events: ['bad: its topic cannot hold it', '{"fired":"k0"}'],
    counts: [1],
  })
})

test('a step that rejects and then throws has failed', () => {
  expect(run(['reject and throw'])).toEqual({ events: ['bad: thrown'], counts: [undefined] })
})

test('a record that passes comes between those that do not', () => {
  expect(run(['throw', 'pass', 'reject'])).toEqual({
    events: [
      'bad: thrown',
      'held: counted',
      '{"count":1}',
      '{"fired":"k1"}',
      'late: rejected',
      '{"fired":"k2"}',
    ],
    counts: [undefined, 1, 1],
  })
})
