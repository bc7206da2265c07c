// A plan of test operators over topics of items on a memory log, for tests that open slots and
// workers by hand: feed, run, and look at what was committed.
import type { Log } from '../connectors/connector.ts'
import { createFeeder } from '../connectors/feed/feeder.ts'
import type { InputItem } from '../connectors/file/input-record.ts'
import type { ConnectOptions } from '../connectors/memory/connection.ts'
import { createMemoryBroker } from '../connectors/memory/memory-broker.ts'
import { operators as shipped } from '../operators/index.ts'
import { operator, type Operator } from '../operators/operator.ts'
import { DOUBLE } from '../schemas/type.ts'
import { nothing } from '../topology/config.ts'
import { inferredRecord } from '../topology/inferred-record.ts'
import { makeLayout } from './layout.ts'
import type { Pace } from './pace.ts'
import { pass, planSteps } from './reference/run-steps.test-data.ts'
import { readResults } from './results/read-results.ts'
import type { SlotOptions } from './slot/options.ts'

/** Gives out the total of a key so far; a negative item is bad. */
const sum = operator({
  name: 'sum',
  summary: 'Sums.',
  config: nothing({ summary: 'Nothing.' }),
  fates: ['bad'],
  infer: ({ step, input }) => {
    const entry = inferredRecord(`${step}-total`, [{ name: 'n', type: DOUBLE }])
    return { outputs: { main: input }, stores: { total: { key: input.key, entry } }, lookback: 0 }
  },
  example: '',
  step: ({ store }) => {
    const total = store<{ n: number }>('total')
    return {
      onRecord: ({ key, value }, turn) => {
        const n = Number(value?.n)
        if (n < 0) {
          turn.reject('bad', 'it is negative')
          return
        }
        const entry = total.edit(key, () => ({ n: 0 }))
        entry.n += n
        turn.emit({ ...value, n: entry.n })
      },
    }
  },
})

const all = [pass, sum, ...shipped.values()] as unknown as readonly Operator[]
const operators: ReadonlyMap<string, Operator> = new Map(all.map((each) => [each.name, each]))

export function planItems(steps: string, topics?: string) {
  return planSteps({ operators: all, steps, ...(topics === undefined ? undefined : { topics }) })
}

/** A pace that stands still until a test moves it; who pauses lets all others go on. */
export function handPace(): Pace & { ms: number } {
  return {
    ms: 0,
    now() {
      return this.ms
    },
    pause: () => new Promise(setImmediate),
  }
}

export interface ItemsLog {
  readonly log: Log
  readonly layout: ReturnType<typeof makeLayout>
  /** `name` is the topic's local one. */
  readonly feed: (name: string, items: readonly InputItem[]) => Promise<void>
  readonly end: (name: string, clock: number) => Promise<void>
  readonly options: (own?: Partial<SlotOptions>) => SlotOptions
  /** What a step gave out, as committed: `key n`. */
  readonly given: (step: string) => Promise<readonly string[]>
}

/** `connect` is for the connection that slots and workers use; the test's own has no faults. */
export async function openItemsLog(
  plan: ReturnType<typeof planItems>,
  connect: ConnectOptions = {},
  broker = createMemoryBroker(),
): Promise<ItemsLog> {
  const log = broker.connect({ owner: 'test' })
  const layout = makeLayout(plan, { capture: '*' })
  await log.createTopics(layout.topics)
  const feederOf = async (name: string) => {
    const topic = plan.topics.get(name)
    if (topic === undefined) throw new Error(`no topic ${name}`)
    const producer = await log.producer(`feed.${name}`)
    return createFeeder({ producer, topic, partitions: topic.partitions })
  }
  return {
    log,
    layout,
    feed: async (name, items) => {
      const feeder = await feederOf(name)
      await feeder.add(items)
      await feeder.flush()
    },
    end: async (name, clock) => (await feederOf(name)).end(clock),
    options: (own) => ({
      layout,
      operators,
      log: broker.connect(connect),
      pace: handPace(),
      commit: { everyMs: 0, records: 1_000 },
      fetchRecords: 1_000,
      ends: undefined,
      storeBytes: 1_000_000,
      report: () => undefined,
      ...own,
    }),
    given: async (step) => {
      const { outputs } = await readResults(layout, log)
      return (outputs.get(step) ?? []).map(({ key, value }) => `${key} ${String(value.n)}`)
    },
  }
}
