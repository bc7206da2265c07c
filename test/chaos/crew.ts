// The workers of a run that is disturbed, and what is done to them. Each of them runs until it is
// told to stop; whoever ends by himself is missed, and replaced where the broker was away.
import { until } from '../../docker/native/until.ts'
import type { Random } from '../simulation/random.ts'
import type { Story } from '../story/story.ts'
import { WorkerProcess } from '../story/worker-process.ts'

/** A worker that gives up because no broker answers ends so; who runs it starts it again. */
const WORLDS_FAULT = 2
const OPENS_WITHIN_MS = 300_000
const MOST_GUESTS = 3

export class Crew {
  readonly #story: Story
  readonly #workers = new Set<WorkerProcess>()
  /** Not to be touched again during an incident. */
  readonly #victims = new Set<WorkerProcess>()
  #started = 0
  readonly #gaveUp: string[] = []

  constructor(story: Story) {
    this.#story = story
  }

  get started(): number {
    return this.#started
  }

  /** What workers said that ended by themselves while the broker was away. */
  get gaveUp(): readonly string[] {
    return this.#gaveUp
  }

  /** `copies`: the folder in which it finds and keeps copies of state; undefined: it keeps none. */
  start(copies?: string): WorkerProcess {
    this.#started += 1
    const { bootstrap } = this.#story.servers
    const worker = new WorkerProcess({
      story: this.#story,
      name: `worker-${this.#started}`,
      bootstrap,
      copies,
    })
    this.#workers.add(worker)
    return worker
  }

  /** Whether each has had slots: there are enough for all. */
  get areUp(): boolean {
    return [...this.#workers].every(({ slotsOpened }) => slotsOpened > 0)
  }

  beginIncident(): void {
    this.#victims.clear()
  }

  /** Replaces those that ended. @throws if one did so without a reason. */
  muster(wasBrokerAway: boolean): void {
    for (const worker of this.#workers) {
      if (worker.end === undefined) continue
      this.#workers.delete(worker)
      if (worker.end !== WORLDS_FAULT || !wasBrokerAway) throw new Error(endText(worker))
      this.#gaveUp.push(`${worker.name}: ${worker.lastWords().split('\n').at(-1)}`)
      this.start(worker.copies)
    }
  }

  async kill(random: Random): Promise<string> {
    const victim = this.#victim(random)
    this.#workers.delete(victim)
    await victim.kill()
    return `${victim.name} killed, ${this.start(victim.copies).name} started`
  }

  /** `isMissed` ends when the others have done its work. */
  async freeze(random: Random, isMissed: () => Promise<void>): Promise<string> {
    const victim = this.#victim(random)
    victim.send('SIGSTOP')
    try {
      await isMissed()
    } finally {
      victim.send('SIGCONT')
    }
    return `${victim.name} was away and came back`
  }

  /** Guests one after another, each gone again as soon as it has slots, or before. */
  async storm(random: Random): Promise<string> {
    const guests = random.int(2, MOST_GUESTS)
    const ends: string[] = []
    for (let number = 0; number < guests; number += 1) {
      const guest = this.start()
      this.#victims.add(guest)
      const isPatient = random.chance(0.7)
      const isKilled = random.chance(0.5)
      const hasSlots = (): boolean => guest.end !== undefined || guest.slotsOpened > 0
      if (isPatient && !(await until(hasSlots, { withinMs: OPENS_WITHIN_MS }))) {
        throw new Error(`${guest.name} gets no slots; its last words:\n${guest.lastWords()}`)
      }
      // One that gave up for want of a broker is told of when the others are.
      if (guest.end !== undefined) continue
      this.#workers.delete(guest)
      await (isKilled || !isPatient ? guest.kill() : guest.stop())
      ends.push(`${guest.name} ${isKilled || !isPatient ? 'killed' : 'stopped'}`)
    }
    return `came and went: ${ends.join(', ')}`
  }

  /** All, in order. @throws if one does not end well. */
  async stop(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.stop()))
    this.#workers.clear()
  }

  /** All, at once. */
  async end(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.kill()))
  }

  #victim(random: Random): WorkerProcess {
    const victim = random.pick([...this.#workers].filter((each) => !this.#victims.has(each)))
    this.#victims.add(victim)
    return victim
  }
}

function endText(worker: WorkerProcess): string {
  return `${worker.name} ended with ${worker.end}; its last words:\n${worker.lastWords()}`
}
