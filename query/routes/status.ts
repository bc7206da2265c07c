// GET /api/v1/status: how the run goes in this process: slots and their transactions, tasks, sinks,
// and what steps and input topics did over the last seconds and since the process began.
import { lagRecords } from '../../runtime/observe/lag.ts'
import type { RunRates } from '../../runtime/observe/rates.ts'
import type { RunStatus, SlotStatus } from '../../runtime/observe/run-status.ts'
import type { Plan } from '../../topology/plan.ts'
import { answers, type AddRoute } from './route.ts'
import { taskAnswer } from './tasks.ts'

export const addStatus: AddRoute = (server, { layout, status, rates }) => {
  server.get(
    '/api/v1/status',
    {
      schema: {
        tags: ['operations'],
        summary: 'How the run goes in this process',
        response: answers({ type: 'object', properties: STATUS }),
      },
    },
    () => {
      const run = status()
      const lately = rates()
      return {
        topology: run.topology,
        seconds: lately.seconds,
        commits: commitsOf(lately, [...lately.commits.values()].flat()),
        slots: run.slots.map((slot) => slotAnswer(slot, lately)),
        tasks: run.tasks.map(taskAnswer),
        sinks: run.sinks.map(sinkAnswer),
        steps: layout.plan.steps.map(({ id }) => stepAnswer(id, lately)),
        topics: topicAnswers(layout.plan, run, lately),
      }
    },
  )
}

function slotAnswer(each: SlotStatus, lately: RunRates) {
  const { slot, state, failure = null, restoreMs = null, restoring = null } = each
  const commits = commitsOf(lately, lately.commits.get(slot) ?? [])
  return { slot, state, failure, restoreMs, restoring, commits }
}

/** Percentiles by nearest rank; null where there was no commit. */
function commitsOf({ seconds }: RunRates, ms: readonly number[]) {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number): number | null =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
  return { perSecond: perSecond(ms.length, seconds), p50Ms: at(0.5), p99Ms: at(0.99) }
}

function sinkAnswer(each: RunStatus['sinks'][number]) {
  const { sink, state, failure = null, partitions } = each
  const own = partitions.map((part) => ({ ...part, lagRecords: lagRecords(part) ?? null }))
  return { sink, state, failure, partitions: own }
}

function stepAnswer(step: string, { seconds, recent, total }: RunRates) {
  const lately = recent.steps[step]
  const {
    records = 0,
    emitted = 0,
    bad = 0,
    late = 0,
    duplicate = 0,
    held = {},
  } = total.steps[step] ?? {}
  return {
    step,
    recordsPerSecond: perSecond(lately?.records ?? 0, seconds),
    emittedPerSecond: perSecond(lately?.emitted ?? 0, seconds),
    records,
    emitted,
    fates: { bad, late, duplicate },
    held,
  }
}

/** A step counts what it gives out, and not by output: of its topics no rate is known. */
function topicAnswers(
  { topics }: Plan,
  { tasks }: RunStatus,
  { seconds, recent, total }: RunRates,
) {
  const inputs = [...topics.values()].filter(({ isInput }) => isInput)
  return inputs.map(({ name, topic }) => {
    const slowest = new Map<number, number>()
    for (const source of tasks.flatMap(({ sources }) => sources)) {
      const lag = source.topic === topic ? lagRecords(source) : undefined
      if (lag === undefined) continue
      slowest.set(source.partition, Math.max(lag, slowest.get(source.partition) ?? 0))
    }
    const lags = [...slowest.values()]
    const { records = 0, bad = 0 } = total.inputs[name] ?? {}
    return {
      name,
      topic,
      recordsPerSecond: perSecond(recent.inputs[name]?.records ?? 0, seconds),
      records,
      bad,
      lagRecords: lags.length === 0 ? null : lags.reduce((sum, lag) => sum + lag, 0),
    }
  })
}

function perSecond(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0
}

const INTEGER = { type: 'integer' }
const NUMBER = { type: 'number' }
const OPEN = { type: 'object', additionalProperties: true }
const COMMITS = {
  type: 'object',
  properties: {
    perSecond: NUMBER,
    p50Ms: { type: ['number', 'null'] },
    p99Ms: { type: ['number', 'null'] },
  },
}
const STEP = {
  step: { type: 'string' },
  recordsPerSecond: NUMBER,
  emittedPerSecond: NUMBER,
  records: { ...INTEGER, description: 'Since the process began, as all that is no rate.' },
  emitted: INTEGER,
  fates: { type: 'object', properties: { bad: INTEGER, late: INTEGER, duplicate: INTEGER } },
  held: { type: 'object', additionalProperties: INTEGER, description: 'By reason.' },
}
const TOPIC = {
  name: { type: 'string' },
  topic: { type: 'string' },
  recordsPerSecond: NUMBER,
  records: INTEGER,
  bad: INTEGER,
  lagRecords: { type: ['integer', 'null'], description: 'Of the slowest task here.' },
}
const STATUS = {
  topology: { type: 'string' },
  seconds: { ...NUMBER, description: 'What rates and commits are of.' },
  commits: COMMITS,
  slots: { type: 'array', items: OPEN },
  tasks: { type: 'array', items: OPEN },
  sinks: { type: 'array', items: OPEN },
  steps: { type: 'array', items: { type: 'object', properties: STEP } },
  topics: { type: 'array', items: { type: 'object', properties: TOPIC } },
}
