// An outside for sinks under the scheduler: rows and positions in memory that outlive everybody.
// Its calls stop where a real one's may be cut, fail before and after they have done something, and
// sometimes never answer. With a fault planted on request: the trial is as good as what it finds.
import type {
  Sink,
  SinkBatch,
  SinkKind,
  SinkOptions,
  SinkPartition,
  SinkRecord,
} from '../../sinks/sink.ts'
import { connection, sinkKind } from '../../sinks/sink.ts'
import { struct } from '../../topology/config.ts'
import { EngineError } from '../../topology/engine-error.ts'
import type { Random } from './random.ts'
import type { Pace } from './waiting-room.ts'

export type OutsideFault =
  | 'a claim fences nobody'
  | 'the position is not moved with the rows'
  | 'what is refused moves the position'

export interface OutsideOptions {
  readonly random: Random
  /** How many of its calls fail, at most. */
  readonly failures: number
  /** Rows stand before the position does; a row that is written again stays one. */
  readonly isInTwoSteps: boolean
  readonly fault?: OutsideFault | undefined
}

interface Standing {
  epoch: number
  position: number | undefined
}

/** Longer than anybody waits for an answer. */
const NEVER_MS = 100_000

export class Outside {
  /** `partition@offset`, as often as it was written. */
  readonly rows: string[] = []
  readonly standings = new Map<number, Standing>()
  readonly #options: OutsideOptions
  #left: number

  constructor(options: OutsideOptions) {
    this.#options = options
    this.#left = options.failures
  }

  /** The kind as one process has it. */
  kindFor(pace: Pace): SinkKind {
    const kind = sinkKind({
      name: 'outside',
      summary: 'Keeps rows and positions in memory.',
      config: struct({ connection }, { summary: 'Nothing more.' }),
      settings: {},
      check: () => undefined,
      example: '',
      open: ({ clock }: SinkOptions<unknown, unknown>) => this.#open({ ...pace, ...clock }),
    })
    return kind
  }

  async #open(pace: Pace): Promise<Sink> {
    await this.#reached(pace)
    return {
      identity: undefined,
      batches: { records: 4 },
      claim: (partition) => this.#claim(partition, pace),
      positions: async () => {
        await this.#reached(pace)
        const known = [...this.standings].flatMap(([partition, { position }]) =>
          position === undefined ? [] : [[partition, position] as const],
        )
        return new Map(known)
      },
      count: () => Promise.resolve({ rows: this.rows.length, since: undefined }),
      close: () => Promise.resolve(),
    }
  }

  async #claim(partition: number, pace: Pace): Promise<SinkPartition> {
    await this.#reached(pace)
    const known = this.standings.get(partition) ?? { epoch: 0, position: undefined }
    const standing = { epoch: known.epoch + 1, position: known.position }
    this.standings.set(partition, standing)
    await this.#reached(pace)
    const { epoch, position } = standing
    return { position, write: (batch) => this.#write(batch, epoch, pace) }
  }

  async #write(batch: SinkBatch, epoch: number, pace: Pace) {
    await this.#reached(pace)
    const { isInTwoSteps, fault } = this.#options
    const refused = batch.records.filter(isRefused)
    if (refused.length > 0) {
      if (fault === 'what is refused moves the position') this.#move(batch, epoch)
      return refused.map((record) => ({ record, reason: '"n" is negative' }))
    }
    this.#check(batch, epoch)
    if (isInTwoSteps) {
      this.#addRows(batch)
      await this.#reached(pace)
      this.#check(batch, epoch)
      this.#move(batch, epoch)
    } else {
      this.#addRows(batch)
      if (fault === 'the position is not moved with the rows') await this.#reached(pace)
      this.#move(batch, epoch)
    }
    await this.#reached(pace)
    return []
  }

  #check({ partition, from }: SinkBatch, epoch: number): void {
    const standing = this.standings.get(partition)
    if (standing?.epoch === epoch && (standing.position ?? from) === from) return
    if (this.#options.fault === 'a claim fences nobody') return
    throw new EngineError('sink-fenced', 'another process has claimed it', {
      coordinates: { partition },
    })
  }

  #addRows({ partition, records }: SinkBatch): void {
    for (const { offset } of records) {
      const row = `${partition}@${offset}`
      if (!this.#options.isInTwoSteps || !this.rows.includes(row)) this.rows.push(row)
    }
  }

  #move({ partition, next }: SinkBatch, epoch: number): void {
    this.standings.set(partition, { epoch, position: next })
  }

  /** A place where the scheduler may step in, and the outside may fail. */
  async #reached(pace: Pace): Promise<void> {
    await pace.pause(0)
    const { random } = this.#options
    if (this.#left === 0 || !random.chance(0.1)) return
    this.#left -= 1
    if (random.chance(0.1)) await pace.pause(NEVER_MS)
    throw new EngineError('sink-unavailable', 'the simulation says it is away', {
      coordinates: {},
      retryable: true,
    })
  }
}

export function isRefused({ value }: Pick<SinkRecord, 'value'>): boolean {
  return Number(value?.n) < 0
}
