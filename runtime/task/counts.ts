// What a task counts of its steps and inputs. Counters are state: they are committed with
// everything else, so that a summary after a crash is right.

export interface StepCount {
  records: number
  emitted: number
  bad: number
  late: number
  duplicate: number
  /** By reason. */
  held: Record<string, number>
}

export interface InputCount {
  records: number
  bad: number
}

export class Counts {
  readonly steps = byName<StepCount>()
  /** By local name of the topic; by the task that settles it. */
  readonly inputs = byName<InputCount>()

  step(id: string): StepCount {
    return (this.steps[id] ??= noCounts())
  }

  input(topic: string): InputCount {
    return (this.inputs[topic] ??= { records: 0, bad: 0 })
  }

  /** Into the same objects: the task holds on to them. */
  restore(from: Pick<Counts, 'steps' | 'inputs'>): void {
    for (const [id, { held, ...counts }] of Object.entries(from.steps)) {
      Object.assign(this.step(id), counts, { held: { ...held } })
    }
    for (const [topic, counts] of Object.entries(from.inputs)) {
      Object.assign(this.input(topic), counts)
    }
  }
}

/** Without what every object knows: a step may be called `constructor`. */
function byName<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>
}

function noCounts(): StepCount {
  return { records: 0, emitted: 0, bad: 0, late: 0, duplicate: 0, held: {} }
}
