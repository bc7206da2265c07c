// What goes on in a log while its brokers are disturbed: a writer that commits numbers to all
// partitions of a topic at once, a reader that follows, and members that poll. It says what was
// acknowledged and what was read, and whether that fits.
import { rowsOf, row, append } from '../../connectors/contract/row.ts'
import type { Assignment, Log, Membership, Position, Producer } from '../../connectors/connector.ts'
import { EngineError } from '../../topology/engine-error.ts'
import { pause } from '../../connectors/kafka/clock.ts'

export interface Traffic {
  /** So many more numbers were acknowledged, and read from every partition. */
  readonly goesOn: (more: number) => Promise<void>
  /** Where the reader goes on in each partition: all before that is committed. */
  readonly positions: () => readonly Position[]
  /** Waits until the writer was told of a fault. */
  readonly fails: () => Promise<void>
  /** The members hold all slots between them, evenly, in one generation. */
  readonly isShared: () => Promise<void>
  /** Ends it all, and gives what does not fit; nothing should. */
  readonly end: () => Promise<readonly string[]>
  /** What was told to the writer, to the reader and to members, with the codes. */
  readonly faults: readonly string[]
}

export interface TrafficOptions {
  readonly open: () => Promise<Log>
  readonly topic: string
  readonly partitions: number
  readonly producer: string
  readonly group: string
}

const SLOTS = 6
const MEMBERS = 2
/** Until a hang is called one: beyond every bound of the driver, on a loaded machine too. */
const HANGS_MS = 90_000
const LOOK_MS = 20
/** A pace that leaves the brokers some of the machine. */
const PACE_MS = 10
const WAIT = { maxRecords: 1_000, waitMs: 200 }
/** What may be told to a writer beside retryable faults: the name is opened anew. */
const endings: ReadonlySet<string> = new Set(['aborted', 'outcome-unknown'])

export async function startTraffic(options: TrafficOptions): Promise<Traffic> {
  const logs = await Promise.all([1, 2, 3, 4].map(() => options.open()))
  const [writing, reading, ...joining] = logs
  if (writing === undefined || reading === undefined) throw new Error('no logs')
  const diary = new Diary()
  const writer = new Writer(writing, options, diary)
  const reader = new Reader(reading, options, diary)
  const members = await Promise.all(
    joining
      .slice(0, MEMBERS)
      .map(async (log) => new Member(await log.join(options.group, SLOTS), diary)),
  )
  const written = writer.run()
  const others = [reader, ...members].map((each) => each.run())
  return {
    faults: diary.faults,
    async goesOn(more) {
      const from = writer.acknowledged.length
      await diary.until(`${more} more commits`, () => writer.acknowledged.length >= from + more)
      const last = writer.acknowledged.at(-1) ?? 0
      await diary.until(`the reader at ${last}`, () => reader.hasRead(last))
    },
    positions: () => [...reader.positions],
    async fails() {
      const from = writer.failures
      await diary.until('a fault', () => writer.failures > from)
    },
    isShared: () =>
      diary.until('all slots shared', () => {
        const held = members.map(({ assignment }) => assignment)
        const isAgreed = held.every(({ generation }) => generation === held[0]?.generation)
        const slots = new Set(held.flatMap((each) => each.slots))
        const isEven = held.every((each) => each.slots.length === SLOTS / MEMBERS)
        return isAgreed && isEven && slots.size === SLOTS
      }),
    async end() {
      writer.isEnding = true
      await diary.bounded('the writer', written)
      const last = writer.acknowledged.at(-1) ?? 0
      await diary.until(`the reader at ${last}`, () => reader.hasRead(last))
      for (const each of [reader, ...members]) each.isEnding = true
      await diary.bounded('all', Promise.all([written, ...others]))
      await diary.bounded('closing', Promise.all(logs.map((log) => log.close())))
      return [...diary.wrong, ...compare(writer, reader)]
    },
  }
}

/** What went wrong and should not have, and what was told. */
class Diary {
  readonly wrong: string[] = []
  readonly faults: string[] = []

  /** Whether `who` may go on after it. */
  note(who: string, error: unknown, mayEnd: ReadonlySet<string> = new Set()): void {
    const isWorlds = error instanceof EngineError
    this.faults.push(`${who}: ${isWorlds ? `${error.code}, ` : ''}${String(error)}`)
    if (isWorlds && (error.retryable || mayEnd.has(error.code))) return
    this.wrong.push(`${who} was told: ${error instanceof Error ? error.stack : String(error)}`)
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    const bound = AbortSignal.timeout(HANGS_MS)
    while (!isSo()) {
      if (this.wrong.length > 0) throw new Error(this.wrong.join('\n'))
      if (bound.aborted) throw this.#late(what)
      await pause(LOOK_MS)
    }
  }

  /** What the work gives, unless it hangs. */
  async bounded<T>(what: string, work: Promise<T>): Promise<T> {
    const bound = AbortSignal.timeout(HANGS_MS)
    const hangs = new Promise<never>((_, reject) => {
      bound.onabort = () => reject(this.#late(`the end of ${what}`))
    })
    try {
      return await Promise.race([work, hangs])
    } finally {
      bound.onabort = null
    }
  }

  #late(what: string): Error {
    return new Error(`no ${what} in ${HANGS_MS} ms; what was told:\n${this.faults.join('\n')}`)
  }
}

class Writer {
  readonly acknowledged: number[] = []
  readonly aborted = new Set<number>()
  readonly unknown = new Set<number>()
  failures = 0
  isEnding = false
  readonly #log: Log
  readonly #options: TrafficOptions
  readonly #diary: Diary

  constructor(log: Log, options: TrafficOptions, diary: Diary) {
    this.#log = log
    this.#options = options
    this.#diary = diary
  }

  async run(): Promise<void> {
    let producer: Producer | undefined
    let number = 1
    while (!this.isEnding) {
      await pause(PACE_MS)
      try {
        producer ??= await this.#diary.bounded(
          'opening',
          this.#log.producer(this.#options.producer),
        )
        await this.#diary.bounded('a commit', this.#commit(producer, number))
        this.acknowledged.push(number)
        number += 1
      } catch (error) {
        this.failures += 1
        this.#diary.note('writer', error, endings)
        if (producer === undefined) continue
        const isUnknown = error instanceof EngineError && error.code === 'outcome-unknown'
        if (isUnknown) this.unknown.add(number)
        else this.aborted.add(number)
        number += 1
        await producer.close()
        producer = undefined
      }
    }
  }

  #commit(producer: Producer, number: number): Promise<unknown> {
    const { topic, partitions } = this.#options
    const rows = [row(undefined, String(number))]
    const appends = Array.from({ length: partitions }, (_, at) => append(topic, at, rows))
    return producer.transact({ appends, puts: [], read: this.#read(number) })
  }

  #read(offset: number) {
    return {
      group: this.#options.group,
      positions: [{ topic: this.#options.topic, partition: 0, offset }],
    }
  }
}

class Reader {
  /** By partition. */
  readonly numbers: readonly number[][]
  readonly positions: Position[]
  isEnding = false
  readonly #log: Log
  readonly #diary: Diary

  constructor(log: Log, { topic, partitions }: TrafficOptions, diary: Diary) {
    this.#log = log
    this.#diary = diary
    this.numbers = Array.from({ length: partitions }, (): number[] => [])
    this.positions = this.numbers.map((_, partition) => ({ topic, partition, offset: 0 }))
  }

  hasRead(number: number): boolean {
    return this.numbers.every((each) => (each.at(-1) ?? 0) >= number)
  }

  async run(): Promise<void> {
    while (!this.isEnding) {
      try {
        const reading = this.#log.fetch([...this.positions], WAIT)
        for (const fetched of await this.#diary.bounded('a fetch', reading)) {
          const { topic, partition, next } = fetched
          const rows = rowsOf(fetched)
          this.numbers[partition]?.push(...rows.map(({ value }) => Number(value)))
          this.positions[partition] = { topic, partition, offset: next }
        }
      } catch (error) {
        this.#diary.note('reader', error)
        await pause(PACE_MS)
      }
    }
  }
}

class Member {
  assignment: Assignment = { generation: 0, slots: [] }
  isEnding = false
  readonly #membership: Membership
  readonly #diary: Diary

  constructor(membership: Membership, diary: Diary) {
    this.#membership = membership
    this.#diary = diary
  }

  async run(): Promise<void> {
    while (!this.isEnding) {
      await pause(PACE_MS)
      try {
        const now = await this.#membership.poll()
        if (now.generation < this.assignment.generation) {
          this.#diary.wrong.push(
            `generation ${now.generation} follows ${this.assignment.generation}`,
          )
        }
        this.assignment = now
      } catch (error) {
        this.#diary.note('member', error)
      }
    }
  }
}

/** All partitions hold the same: what was acknowledged, nothing aborted, all in order and once. */
function compare({ acknowledged, aborted, unknown }: Writer, { numbers }: Reader): string[] {
  const wrong: string[] = []
  const [first = []] = numbers
  for (const [partition, read] of numbers.entries()) {
    const where = `partition ${partition}`
    for (const [at, number] of read.entries()) {
      if (number <= (read[at - 1] ?? 0)) wrong.push(`${where}: ${number} follows ${read[at - 1]}`)
      if (aborted.has(number)) wrong.push(`${where}: ${number} was aborted`)
    }
    const found = new Set(read)
    for (const each of acknowledged) if (!found.has(each)) wrong.push(`${where} lacks ${each}`)
    for (const each of unknown) {
      if (found.has(each) !== first.includes(each)) wrong.push(`${where}: ${each} is in some only`)
    }
  }
  return wrong
}
