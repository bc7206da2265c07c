// Runs workers over one memory log in one thread, one await at a time, in an order drawn from a
// seed, and disturbs them: kills, rebalances, faults of the log, delays. Disturbances are bounded;
// after the last one everything must come to its end.
import { EngineError } from '../../topology/engine-error.ts'
import type { Log } from '../../connectors/connector.ts'
import type { MemoryBroker } from '../../connectors/memory/memory-broker.ts'
import { type Disturbance, drawDisturbance, faultOf } from './disturbance.ts'
import type { Random } from './random.ts'
import { type Pace, type Waiter, WaitingRoom } from './waiting-room.ts'

/** What somebody under the scheduler works with. */
export interface Seat {
  readonly owner: string
  readonly log: Log
  readonly pace: Pace
}

export interface SimulatedWorker {
  /** Resolves when it has ended: stopped, or everything up to the ends of the inputs committed. */
  readonly done: Promise<void>
  readonly stop: () => Promise<void>
}

export interface Scene {
  readonly random: Random
  readonly broker: MemoryBroker
  /** They fill the inputs. They are delayed and nothing worse. */
  readonly feeders: readonly ((seat: Seat) => Promise<void>)[]
  /** `isFed`: the inputs are complete, so it is to end by itself. Otherwise it is stopped. */
  readonly start: (seat: Seat, isFed: boolean) => SimulatedWorker
  /** Workers run before the inputs are complete; without it, that is drawn. */
  readonly beginsLive?: boolean
  /** How many disturbances there are at most. */
  readonly disturbances: number
  /** A run that takes more steps does not end. */
  readonly mostSteps: number
  /**
   * What follows from a worker that gave up for a reason of its own: another takes its place, or
   * the run is over and all others stop. Undefined: it has gone wrong.
   */
  readonly afterCrash?: (error: unknown) => 'again' | 'over' | undefined
}

export interface Story {
  readonly steps: number
  /** How often what was done where: `aborted at transact middle`. */
  readonly disturbed: ReadonlyMap<string, number>
}

/** A run that went wrong by itself, with the last things that happened. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed'
}

type Condition = 'runs' | 'stopping' | 'ended'

interface Member {
  readonly worker: SimulatedWorker
  readonly isFed: boolean
  /** A fault of the log was told to it, so it may give up. */
  isHurt: boolean
  condition: Condition
}

/** What happened, as it is; it becomes text when somebody has to read it. */
interface Happening {
  readonly step: number
  readonly now: number
  readonly what: string
  readonly waiter: Waiter | undefined
}

const MOST_WORKERS = 3
const TRACE = 60
/** Steps until a dead worker is missed, and until another takes its place. */
const SOON = 60
const LONG = 250
const SLOW_FEEDER = 0.03

export function runSchedule(scene: Scene): Promise<Story> {
  return new Schedule(scene).run()
}

class Schedule {
  readonly #scene: Scene
  readonly #room = new WaitingRoom()
  readonly #members = new Map<string, Member>()
  readonly #disturbed = new Map<string, number>()
  readonly #trace: Happening[] = []
  /** What happens at a step from now on, whoever waits. */
  #plans: { readonly step: number; readonly act: () => void }[] = []
  #feeding: number
  #left: number
  #owners = 0
  /** Somebody gave up, and so does everybody. */
  #isGivenUp = false
  #failure: Error | undefined

  constructor(scene: Scene) {
    this.#scene = scene
    this.#feeding = scene.feeders.length
    this.#left = scene.disturbances
  }

  async run(): Promise<Story> {
    this.#begin()
    for (;;) {
      // Everything that can run without being let go runs, until all of it waits.
      await new Promise(setImmediate)
      if (this.#failure !== undefined) throw this.#explain(this.#failure)
      this.#actOnPlans()
      if (this.#isOver()) return { steps: this.#room.step, disturbed: this.#disturbed }
      this.#room.step += 1
      if (this.#room.step > this.#scene.mostSteps) throw this.#explain(new Error('it does not end'))
      this.#goOn()
    }
  }

  #begin(): void {
    const { random, feeders, beginsLive = false } = this.#scene
    for (const feed of feeders) {
      const fed = feed(this.#seat('feeder'))
      fed.then(this.#onFed, this.#onFailure)
    }
    if (feeders.length === 0 || beginsLive || random.chance(0.6)) {
      const count = random.int(1, MOST_WORKERS)
      for (let i = 0; i < count; i += 1) this.#planStart(random.int(0, SOON))
    }
  }

  #seat(role: string): Seat {
    const owner = `${role}-${(this.#owners += 1)}`
    const pace = this.#room.paceOf(owner)
    const log = this.#scene.broker.connect({ owner, at: this.#room.at, pause: pace.pause })
    return { owner, log, pace }
  }

  readonly #onFed = (): void => {
    this.#feeding -= 1
    if (this.#feeding > 0) return
    this.#note('the inputs are complete')
    // Those that run without an end make room for those that have one.
    for (const owner of this.#running()) this.#planStop(owner, this.#scene.random.int(0, SOON))
    this.#planStart(this.#scene.random.int(0, SOON))
  }

  readonly #onFailure = (error: unknown): void => {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
  }

  #start(): void {
    if (this.#isGivenUp) return
    const seat = this.#seat('worker')
    const { owner } = seat
    const isFed = this.#feeding === 0
    const worker = this.#scene.start(seat, isFed)
    const member: Member = { worker, isFed, isHurt: false, condition: 'runs' }
    this.#members.set(owner, member)
    this.#note(`${owner} starts${isFed ? ', to the end' : ''}`)
    worker.done.then(
      () => this.#onEnd(owner, member),
      (error: unknown) => this.#onCrash(owner, member, error),
    )
  }

  #onEnd(owner: string, member: Member): void {
    if (member.condition === 'runs' && !member.isFed) {
      this.#onFailure(new Error(`${owner} ended, and nobody had stopped it`))
    }
    member.condition = 'ended'
    this.#note(`${owner} ended`)
  }

  /** A worker that the log has let down may give up; a supervisor starts another. */
  #onCrash(owner: string, member: Member, error: unknown): void {
    if (this.#members.get(owner) !== member) return
    const follows = this.#scene.afterCrash?.(error)
    if (follows === undefined && !(member.isHurt && error instanceof EngineError)) {
      this.#onFailure(error)
      return
    }
    this.#note(`${owner} gives up: ${error instanceof Error ? error.message : String(error)}`)
    this.#bury(owner)
    if (follows === 'over') this.#giveUp()
  }

  #giveUp(): void {
    if (this.#isGivenUp) return
    this.#isGivenUp = true
    for (const owner of this.#running()) this.#planStop(owner, this.#scene.random.int(0, SOON))
  }

  /** It is missed after a while, and somebody takes its place. */
  #bury(owner: string): void {
    this.#room.kill(owner)
    this.#members.delete(owner)
    this.#planExpiry(owner)
    this.#planStart(this.#scene.random.int(0, SOON))
  }

  #plan(inSteps: number, act: () => void): void {
    this.#plans.push({ step: this.#room.step + inSteps, act })
  }

  #planStart(inSteps: number): void {
    this.#plan(inSteps, () => this.#start())
  }

  #planExpiry(owner: string): void {
    this.#plan(this.#scene.random.int(0, SOON), () => {
      this.#note(`${owner} is missed`)
      this.#scene.broker.expire(owner)
    })
  }

  #planStop(owner: string, inSteps: number): void {
    this.#plan(inSteps, () => {
      const member = this.#members.get(owner)
      if (member?.condition !== 'runs') return
      member.condition = 'stopping'
      this.#note(`${owner} is asked to stop`)
      member.worker.stop().catch((error: unknown) => this.#onCrash(owner, member, error))
    })
  }

  #actOnPlans(): void {
    const due = this.#plans.filter(({ step }) => step <= this.#room.step)
    this.#plans = this.#plans.filter(({ step }) => step > this.#room.step)
    for (const { act } of due) act()
  }

  #running(): readonly string[] {
    return [...this.#members].flatMap(([owner, { condition }]) =>
      condition === 'runs' ? [owner] : [],
    )
  }

  /** Everybody has ended, and of those that were to go to the end one has. */
  #isOver(): boolean {
    const members = [...this.#members.values()]
    return (
      this.#feeding === 0 &&
      this.#plans.length === 0 &&
      members.every(({ condition }) => condition === 'ended') &&
      (this.#isGivenUp || members.some(({ isFed }) => isFed))
    )
  }

  #goOn(): void {
    const waiter = this.#room.next(this.#scene.random)
    if (waiter === undefined) {
      if (this.#plans.length === 0) this.#onFailure(new Error('nobody waits, and it has not ended'))
      return
    }
    const { random } = this.#scene
    const member = this.#members.get(waiter.owner)
    if (member === undefined) {
      // The world that fills the inputs is slow at times, and nothing worse.
      if (random.chance(SLOW_FEEDER)) this.#room.hold(waiter, this.#room.step + random.int(1, LONG))
      else waiter.goOn()
      return
    }
    const disturbance = this.#left > 0 ? drawDisturbance(random, waiter) : undefined
    if (disturbance === undefined || !this.#disturb(waiter, member, disturbance)) {
      this.#note('', waiter)
      waiter.goOn()
    }
  }

  /** Whether that decided what becomes of the waiter; otherwise it goes on. */
  #disturb(waiter: Waiter, member: Member, disturbance: Disturbance): boolean {
    const { owner, point } = waiter
    const { random, broker } = this.#scene
    const place = point === undefined ? 'pause' : `${point.operation} ${point.stage}`
    const where = `${disturbance} at ${place}`
    const count = (): void => {
      this.#left -= 1
      this.#disturbed.set(where, (this.#disturbed.get(where) ?? 0) + 1)
      this.#note(`: ${disturbance}`, waiter)
    }
    if (disturbance === 'delay') {
      count()
      this.#room.hold(waiter, this.#room.step + random.int(SOON, LONG))
      return true
    }
    if (disturbance === 'kill') {
      count()
      this.#bury(owner)
      return true
    }
    const fault = faultOf(disturbance)
    if (fault !== undefined) {
      count()
      member.isHurt = true
      // Who hears that joining failed may have joined: it is missed after a while.
      if (point?.operation === 'join') this.#planExpiry(owner)
      waiter.fail(fault)
      return true
    }
    if (disturbance === 'expire') {
      count()
      broker.expire(owner)
    } else if (disturbance === 'join' && this.#running().length < MOST_WORKERS) {
      count()
      this.#planStart(0)
    } else if (disturbance === 'stop' && member.condition === 'runs') {
      count()
      this.#planStop(owner, 0)
      this.#planStart(random.int(0, SOON))
    }
    return false
  }

  #note(what: string, waiter?: Waiter): void {
    const { step, now } = this.#room
    this.#trace.push({ step, now, what, waiter })
    if (this.#trace.length > 2 * TRACE) this.#trace.splice(0, TRACE)
  }

  #explain(cause: Error): RunFailed {
    const lines = [cause.message, ...this.#trace.slice(-TRACE).map(describe)]
    return new RunFailed(lines.join('\n'), { cause })
  }
}

function describe({ step, now, what, waiter }: Happening): string {
  return `${step} at ${now} ms: ${waiter === undefined ? '' : describeWaiter(waiter)}${what}`
}

function describeWaiter({ owner, point }: Waiter): string {
  if (point === undefined) return `${owner} wakes`
  const name = point.name === undefined ? '' : ` "${point.name}"`
  return `${owner} ${point.operation}${name} ${point.stage}`
}
