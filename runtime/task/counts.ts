// What a task counts of its steps and inputs. Counters are state: they are committed with
// everything else, so that a summary after a crash is right.
import type { FateKind } from '../../topology/declaration.ts'

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
  readonly steps: Record<string, StepCount> = {}
  /** By local name of the topic; by the task that settles it. */
  readonly inputs: Record<string, InputCount> = {}

  step(id: string): StepCount {
    return (this.steps[id] ??= noCounts())
  }

  input(topic: string): InputCount {
    return (this.inputs[topic] ??= { records: 0, bad: 0 })
  }

  fate(step: string, fate: FateKind): void {
    this.step(step)[fate] += 1
  }

  hold(step: string, reason: string): void {
    const { held } = this.step(step)
    held[reason] = (held[reason] ?? 0) + 1
  }

  restore(from: Pick<Counts, 'steps' | 'inputs'>): void {
    Object.assign(this.steps, structuredClone(from.steps))
    Object.assign(this.inputs, structuredClone(from.inputs))
  }
}

function noCounts(): StepCount {
  return { records: 0, emitted: 0, bad: 0, late: 0, duplicate: 0, held: {} }
}
