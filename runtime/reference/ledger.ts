// Keeps the books of a run: what every step received, gave out and refused, the outputs, their
// digests. Fates are settled here: counted, kept as dead letters, or stopping the run.
import { originalBytes, originalOf } from '../../connectors/file/original.ts'
import { createProjection } from '../../schemas/accept.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import { type Codec, createCodec } from '../../schemas/codec.ts'
import { createDigest, type Digest } from '../../schemas/digest.ts'
import { keyReader } from '../../schemas/key.ts'
import type { Value } from '../../schemas/type.ts'
import type { FateKind } from '../../topology/declaration.ts'
import type { Plan, PlannedOutput, PlannedStep } from '../../topology/plan.ts'
import { streamId } from '../../topology/streams.ts'
import { cutToSize } from '../dead-letter.ts'
import { assertFits } from '../record-size.ts'
import type { ChannelRecord } from './channels.ts'
import { atPartition } from './history.ts'
import type { DeadLetter, OutputRecord, RunResult, StepCounts } from './history.ts'
import type { Emission, Keyed, TaskEnd } from './task.ts'

/** A record met a fate that the topology states as `fail`. */
export class RecordFailed extends Error {
  override readonly name = 'RecordFailed'
  readonly letter: DeadLetter
  /**
   * What all tasks before it in the order of the plan came to, and its own task up to before the
   * item that failed: the record, or the heartbeat that let a timer fire. Tasks after it, in
   * whatever sub-topology, have not run.
   */
  readonly before: RunResult

  constructor(letter: DeadLetter, before: RunResult) {
    super(`step "${letter.step}" cannot take the record at ${letter.place}: ${letter.reason}`)
    this.letter = letter
    this.before = before
  }
}

/** Where a run ends: in a task, counted in the order of the plan, after so many items. */
export interface Stop {
  readonly task: number
  readonly items: number
}

/** On its way from the books to who runs tasks, to become RecordFailed. */
export class Failing extends Error {
  readonly letter: DeadLetter
  /** Undefined where no task had begun. */
  readonly stop: Stop | undefined

  constructor(letter: DeadLetter, stop?: Stop) {
    super(letter.reason)
    this.letter = letter
    this.stop = stop
  }
}

/** How one output of one step becomes records: its key, and the topic it is written to. */
interface Writer {
  readonly planned: PlannedOutput
  readonly keyOf: (value: Value) => string
  readonly stream: string
  readonly codec: Codec
  /** Whether tasks read the stream from the log. */
  readonly isRead: boolean
  readonly isCaptured: boolean
  readonly topic?: {
    readonly name: string
    readonly project: (value: Value) => Value
    readonly keyOf: (value: Value) => string
    readonly codec: Codec
  }
}

export class Ledger {
  readonly #plan: Plan
  readonly #capture: '*' | ReadonlySet<string>
  readonly #steps = new Map<string, StepCounts>()
  readonly #inputs = new Map<string, number>()
  readonly #outside = new Map<string, number>()
  readonly #outputs = new Map<string, OutputRecord[]>()
  readonly #digests = new Map<string, Digest>()
  readonly #deadLetters: DeadLetter[] = []
  readonly #writers = new Map<string, Writer>()
  readonly #state = new Map<string, Map<string, Map<string, object>>>()
  readonly #timers = new Map<string, Map<string, number>>()

  constructor(plan: Plan, capture: '*' | ReadonlySet<string>) {
    this.#plan = plan
    this.#capture = capture
    for (const [name, topic] of plan.topics) {
      if (topic.isInput) this.#inputs.set(name, 0)
    }
    for (const step of plan.steps) {
      this.#counts(step.id)
      const stores = new Map<string, Map<string, object>>()
      for (const name of Object.keys(step.type.stores)) stores.set(name, new Map())
      this.#state.set(step.id, stores)
      for (const [output, planned] of step.outputs) {
        this.#writers.set(`${step.id}.${output}`, this.#makeWriter(step, output, planned))
      }
    }
  }

  #makeWriter(step: PlannedStep, output: string, planned: PlannedOutput): Writer {
    const type = step.type.outputs[output]
    if (type === undefined) throw new Error(`step ${step.id} has no output ${output}`)
    const keyOf = keyReader(type.record, planned.key)
    const stream = streamId(step.id, output)
    const writer = {
      planned,
      keyOf,
      stream,
      codec: createCodec(typeToAvro(type.record)),
      isRead: this.#plan.subTopologies.some(({ channels }) =>
        channels.some((channel) => channel.stream === stream),
      ),
      isCaptured: this.#capture === '*' || this.#capture.has(stream),
    }
    if (planned.topic === undefined) return writer
    const topic = this.#plan.topics.get(planned.topic)
    if (topic === undefined) throw new Error(`no topic ${planned.topic}`)
    this.#digests.set(topic.name, createDigest())
    this.#outputs.set(topic.name, [])
    return {
      ...writer,
      topic: {
        name: topic.name,
        project: createProjection(topic.record, type.record),
        keyOf: keyReader(topic.record, topic.key),
        codec: createCodec(topic.schema),
      },
    }
  }

  /** Counts a record of an input topic. */
  read(topic: string): void {
    this.#inputs.set(topic, (this.#inputs.get(topic) ?? 0) + 1)
  }

  /** Counts a record that the run was told to leave out. */
  outside(topic: string): void {
    this.read(topic)
    this.#outside.set(topic, (this.#outside.get(topic) ?? 0) + 1)
  }

  /** Counts and settles what an input topic has in the place of a record. */
  unreadable(letter: DeadLetter): void {
    this.read(letter.stream)
    this.#settle(letter)
  }

  received(step: string): void {
    this.#counts(step).records += 1
  }

  held(step: string, reason: string): void {
    const { held } = this.#counts(step)
    held.set(reason, (held.get(reason) ?? 0) + 1)
  }

  fated(
    step: PlannedStep,
    fate: FateKind,
    reason: string,
    record: Omit<ChannelRecord, 'kind'> & { readonly available: number },
  ): void {
    const { stream, key, time, available, place, value } = record
    const about = { stream, key, time, available, place, value, original: undefined }
    this.#settle({ step: step.id, fate, reason, ...about })
  }

  #settle(letter: DeadLetter): void {
    const step = this.#plan.steps.find(({ id }) => id === letter.step)
    const fate = (step?.fates ?? this.#plan.fates)[letter.fate]
    this.#counts(letter.step).fates[letter.fate] += 1
    if (fate === 'fail') throw new Failing(letter)
    if (fate === 'dead-letter') this.#deadLetters.push(this.#cut(letter, step))
  }

  /** As much of the letter as is kept on a log. */
  #cut(letter: DeadLetter, step: PlannedStep | undefined): DeadLetter {
    const { reason, key, value, original } = letter
    const record = step?.inputs.find(({ stream }) => stream === letter.stream)?.type.record
    const codec = record && createCodec(typeToAvro(record))
    const cut = cutToSize({
      reason,
      key: key ?? null,
      value: value && codec?.problem(value) === undefined ? (codec?.encode(value) ?? null) : null,
      original: original === undefined ? null : originalBytes(original),
    })
    if (cut.reason === reason) return letter
    const whole = cut.original === null ? undefined : originalOf(Buffer.from(cut.original))
    const isLeftOut = cut.value === null && original === undefined
    return {
      ...letter,
      reason: cut.reason,
      key: cut.key ?? undefined,
      value: isLeftOut ? undefined : value,
      original: whole,
    }
  }

  /** Gives an emission its key, and its form on the topic that it is written to. */
  key(step: PlannedStep, output: string, unkeyed: Omit<Emission, 'key'>): Keyed {
    const writer = this.#writers.get(`${step.id}.${output}`)
    if (writer === undefined) throw new Error(`step ${step.id} has no output ${output}`)
    const { planned, topic, stream, codec, isRead, isCaptured } = writer
    const emission = { ...unkeyed, key: writer.keyOf(unkeyed.value) }
    const holdStream = (): void => {
      holding(`stream "${stream}"`, () => {
        assertFits(Buffer.byteLength(emission.key) + codec.encode(emission.value).length)
      })
    }
    if (isRead) holdStream()
    const written =
      topic &&
      holding(`topic "${topic.name}"`, () => {
        const value = topic.project(emission.value)
        const key = topic.keyOf(value)
        const body = topic.codec.encode(value)
        assertFits(Buffer.byteLength(key) + body.length)
        return { emission: { ...emission, value, key }, body }
      })
    if (isCaptured) holdStream()
    return { output, planned, emission, written }
  }

  /** Books an emission, and writes it to its topic. */
  emitted(step: PlannedStep, { output, planned, emission, written }: Keyed): void {
    this.#counts(step.id).emitted += 1
    const stream = streamId(step.id, output)
    if (this.#capture === '*' || this.#capture.has(stream)) {
      const captured = this.#outputs.get(stream) ?? []
      this.#outputs.set(stream, captured)
      captured.push(emission)
    }
    if (planned.topic === undefined || written === undefined) return
    const { key, time } = written.emission
    this.#digests.get(planned.topic)?.add(key, written.body, time)
    this.#outputs.get(planned.topic)?.push(written.emission)
  }

  /** What a task holds when it has ended. */
  ended(partition: number, { steps, timers }: TaskEnd): void {
    for (const { planned, stores } of steps) {
      for (const [name, store] of stores) {
        const entries = this.#state.get(planned.id)?.get(name)
        for (const [key, entry] of store.entries()) {
          entries?.set(atPartition(partition, key), entry)
        }
      }
    }
    for (const { step, key, at } of timers) {
      const due = this.#timers.get(step) ?? new Map<string, number>()
      this.#timers.set(step, due.set(atPartition(partition, key), at))
    }
  }

  result(): RunResult {
    const outputs = new Map<string, readonly OutputRecord[]>()
    for (const [stream, records] of this.#outputs) outputs.set(stream, sorted(records))
    return {
      outputs,
      digests: this.#digests,
      deadLetters: this.#deadLetters.toSorted(byAvailability),
      steps: this.#steps,
      inputs: this.#inputs,
      outside: this.#outside,
      state: this.#state,
      timers: this.#timers,
    }
  }

  #counts(step: string): StepCounts {
    let counts = this.#steps.get(step)
    if (counts === undefined) {
      counts = { records: 0, emitted: 0, fates: { bad: 0, late: 0, duplicate: 0 }, held: new Map() }
      this.#steps.set(step, counts)
    }
    return counts
  }
}

/** What `act` gives; what it throws says where the record was to go. */
function holding<T>(where: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`${where}: ${why}`, { cause: error })
  }
}

/** What could not be read first, as it was found, then as it became known; ties as found. */
function byAvailability(a: DeadLetter, b: DeadLetter): number {
  return instantOf(a) - instantOf(b)
}

function instantOf({ original, available }: DeadLetter): number {
  return original === undefined ? (available ?? 0) : Number.MIN_SAFE_INTEGER
}

/** By (available, key, sequence): sorting is stable, so records of a key stay in their order. */
function sorted(records: readonly OutputRecord[]): OutputRecord[] {
  return records.toSorted(
    (a, b) => a.available - b.available || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  )
}
