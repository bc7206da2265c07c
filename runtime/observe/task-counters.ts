// The counters of what steps and input topics did with records, from what tasks count themselves.
import { Counter, type Registry } from 'prom-client'
import type { Plan } from '../../topology/plan.ts'
import type { Counts } from '../task/counts.ts'

const FATES = ['bad', 'late', 'duplicate'] as const

/** Adds the counters, at zero; the function adds counts to them. */
export function addTaskCounters(registry: Registry, plan: Plan): (counts: Counts) => void {
  const counters = makeCounters(registry)
  const { taken, records, emitted, held, fates } = counters
  startAtZero(counters, plan)
  return ({ steps, inputs }) => {
    for (const [name, count] of Object.entries(inputs)) {
      const topic = plan.topics.get(name)?.topic ?? name
      if (count.records > 0) taken.inc({ topic }, count.records)
      if (count.bad > 0) fates.inc({ step: name, fate: 'bad' }, count.bad)
    }
    for (const [step, count] of Object.entries(steps)) {
      if (count.records > 0) records.inc({ step }, count.records)
      if (count.emitted > 0) emitted.inc({ step }, count.emitted)
      for (const fate of FATES) if (count[fate] > 0) fates.inc({ step, fate }, count[fate])
      for (const [reason, times] of Object.entries(count.held)) {
        if (times > 0) held.inc({ step, reason }, times)
      }
    }
  }
}

function makeCounters(registry: Registry) {
  const registers = [registry]
  return {
    taken: new Counter({
      name: 'millrace_records_total',
      help: 'Records taken from an input topic.',
      labelNames: ['topic'],
      registers,
    }),
    records: new Counter({
      name: 'millrace_step_records_total',
      help: 'Records that a step was given.',
      labelNames: ['step'],
      registers,
    }),
    emitted: new Counter({
      name: 'millrace_step_emitted_total',
      help: 'Records that a step gave out.',
      labelNames: ['step'],
      registers,
    }),
    held: new Counter({
      name: 'millrace_step_held_total',
      help: 'Times that a step gave out nothing on purpose, by reason.',
      labelNames: ['step', 'reason'],
      registers,
    }),
    fates: new Counter({
      name: 'millrace_step_fates_total',
      help: 'Records that did not pass. The step is the topic for those that cannot be read.',
      labelNames: ['step', 'fate'],
      registers,
    }),
  }
}

/** A counter that appears with its first event has no rate for it. */
function startAtZero(
  { taken, records, emitted, fates }: ReturnType<typeof makeCounters>,
  { steps, topics }: Plan,
): void {
  for (const { name, topic, isInput } of topics.values()) {
    if (!isInput) continue
    taken.inc({ topic }, 0)
    fates.inc({ step: name, fate: 'bad' }, 0)
  }
  for (const { id: step } of steps) {
    records.inc({ step }, 0)
    emitted.inc({ step }, 0)
    for (const fate of FATES) fates.inc({ step, fate }, 0)
  }
}
