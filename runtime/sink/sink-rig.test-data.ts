// A sink over items on a memory log, for tests: what the outside does is a hook, what it holds is
// there to be looked at, and time passes as it is waited for.
import type { Log } from '../../connectors/connector.ts'
import { createFeeder } from '../../connectors/feed/feeder.ts'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { createMemoryBroker } from '../../connectors/memory/memory-broker.ts'
import {
  type BatchWish,
  connection,
  type Refusal,
  type SinkBatch,
  sinkKind,
  type SinkKind,
} from '../../sinks/sink.ts'
import { struct } from '../../topology/config.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { PlannedSink } from '../../topology/plan.ts'
import { type Layout, makeLayout } from '../layout.ts'
import { pass, planSteps } from '../reference/run-steps.test-data.ts'
import type { RunEvent } from '../report.ts'
import { type RunningSink, startSink } from './run-sink.ts'

export const layoutOfItems: Layout = makeLayout(
  planSteps({
    operators: [pass],
    steps: '  all: { from: items, pass: }',
    topics: `
topics:
  items: { topic: items, schema: my/Item, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: fail, duplicate: fail }`,
  }),
)

export type SinkCall = 'open' | 'claim' | 'write' | 'written' | 'positions'

export interface OutsideHooks {
  /** May throw, or never return. `written`: it has happened, and nobody knows yet. */
  readonly on?: (call: SinkCall, batch?: SinkBatch) => Promise<void> | void
  readonly refuse?: (batch: SinkBatch) => readonly Refusal[]
  readonly batches?: BatchWish
}

export function unavailable(message = 'it is away'): EngineError {
  return new EngineError('sink-unavailable', message, { coordinates: {}, retryable: true })
}

/** Rows and positions, by partition; they outlive the sinks that write them. */
export class KeptOutside {
  readonly rows: string[] = []
  readonly batches: SinkBatch[] = []
  readonly positions = new Map<number, number>()
  readonly hooks: OutsideHooks
  readonly #epochs = new Map<number, number>()
  isClosed = false

  constructor(hooks: OutsideHooks = {}) {
    this.hooks = hooks
  }

  get kind(): SinkKind {
    const { hooks, positions } = this
    return sinkKind({
      name: 'kept',
      summary: 'Keeps rows.',
      config: struct({ connection }, { summary: 'Nothing more.' }),
      settings: {},
      check: () => undefined,
      example: '',
      open: async () => {
        await hooks.on?.('open')
        return {
          identity: undefined,
          ...(hooks.batches && { batches: hooks.batches }),
          claim: (partition: number) => this.#claim(partition),
          positions: async () => {
            await hooks.on?.('positions')
            return new Map(positions)
          },
          count: () => Promise.resolve({ rows: this.rows.length, since: undefined }),
          close: () => {
            this.isClosed = true
            return Promise.resolve()
          },
        }
      },
    })
  }

  async #claim(partition: number) {
    await this.hooks.on?.('claim')
    const epoch = (this.#epochs.get(partition) ?? 0) + 1
    this.#epochs.set(partition, epoch)
    const position = this.positions.get(partition)
    return { position, write: (batch: SinkBatch) => this.#write(batch, epoch) }
  }

  async #write(batch: SinkBatch, epoch: number): Promise<readonly Refusal[]> {
    const { partition, from, next, records } = batch
    await this.hooks.on?.('write', batch)
    const isOwn = this.#epochs.get(partition) === epoch
    if (!isOwn || (this.positions.get(partition) ?? from) !== from) {
      throw new EngineError('sink-fenced', 'another has claimed it', { coordinates: {} })
    }
    const refused = this.hooks.refuse?.(batch) ?? []
    if (refused.length > 0) return refused
    this.batches.push(batch)
    this.rows.push(...records.map(({ key, value }) => `${key} ${String(value?.n)}`))
    this.positions.set(partition, next)
    await this.hooks.on?.('written', batch)
    return []
  }
}

export interface SinkRig {
  readonly log: Log
  readonly feed: (items: readonly InputItem[]) => Promise<void>
  readonly start: (outside: KeptOutside, planned?: Partial<PlannedSink>) => RunningSink
  readonly events: readonly RunEvent[]
  readonly kinds: () => readonly string[]
  /** How often sinks have asked the log for records of a partition. */
  readonly fetches: ReadonlyMap<number, number>
  /** How many records it has asked for at once, at most. */
  readonly mostAsked: () => number
  /** Waits until something is so. */
  readonly until: (isSo: () => boolean) => Promise<void>
}

/** `owner` has a connection of its own, as another process has. */
export async function openSinkRig(broker = createMemoryBroker(), owner = 'one'): Promise<SinkRig> {
  const log = broker.connect({ owner: 'test' })
  await log.createTopics(layoutOfItems.topics)
  const events: RunEvent[] = []
  let ms = 0
  const fetches = new Map<number, number>()
  let mostAsked = 0
  const watched = (own: Log): Log => ({
    ...own,
    fetch: (positions, options) => {
      mostAsked = Math.max(mostAsked, options.maxRecords)
      for (const { partition } of positions) {
        fetches.set(partition, (fetches.get(partition) ?? 0) + 1)
      }
      return own.fetch(positions, options)
    },
  })
  const clock = {
    present: () => ms * 1_000,
    now: () => ms,
    pause: async (pauseMs: number) => {
      ms += pauseMs
      await new Promise(setImmediate)
    },
  }
  return {
    log,
    feed: async (items) => {
      const topic = layoutOfItems.plan.topics.get('items')
      if (topic === undefined) throw new Error('no topic items')
      const feeder = createFeeder({ producer: await log.producer('feed'), topic, partitions: 2 })
      await feeder.add(items)
      await feeder.flush()
    },
    start: (outside, planned) =>
      startSink({
        planned: {
          ...{ name: 'copy', kind: 'kept', connection: 'there', topic: 'items' },
          ...{ config: {}, bad: 'dead-letter', away: undefined, ...planned },
        },
        kind: outside.kind,
        settings: {},
        layout: layoutOfItems,
        log: watched(broker.connect({ owner })),
        clock,
        report: (event) => void events.push(event),
      }),
    events,
    kinds: () => events.map(({ kind }) => kind),
    fetches,
    mostAsked: () => mostAsked,
    until: async (isSo) => {
      for (let looks = 0; !isSo(); looks += 1) {
        if (looks > 20_000) throw new Error('it never came to be so')
        await new Promise(setImmediate)
      }
    },
  }
}
