// The trial of a fate of `fail`: the task whose record fails stops with everything before that
// record committed. Tasks that do not depend on it may have come further than the reference, which
// runs one after the other, or not as far; what they gave out is the beginning of what they would.
import { isDeepStrictEqual } from 'node:util'
import { committedRows } from '../../runtime/results/committed-rows.ts'
import { readDeadLetters, letterReader } from '../../runtime/results/dead-letters.ts'
import { readState } from '../../runtime/results/read-state.ts'
import type { DeadLetter, RunResult } from '../../runtime/reference/history.ts'
import type { RecordFailed } from '../../runtime/reference/ledger.ts'
import { StoppedByRecord } from '../../runtime/task/dead-letters.ts'
import { typeToAvro } from '../../schemas/avro.ts'
import { createCodec } from '../../schemas/codec.ts'
import type { Plan } from '../../topology/plan.ts'
import { lettersDifference, plainDifference, show, unexpectedLetter } from './compare.ts'
import type { Histories } from './generate-history.ts'
import { type RowsByTask, runByTask, withoutFail } from './reference-by-task.ts'
import type { Story } from './scheduler.ts'
import { play, type Stage } from './stage.ts'

export interface Failure {
  /** `0_3` */
  readonly task: string
  readonly failed: RecordFailed
}

/**
 * A worker stops as a whole: where a task beside it stops at once whenever one begins, it never
 * comes to its own record, and only what was given out is held against the reference.
 */
const MOST_OTHERS = 100

/** @throws with the first difference. The stage captures all streams. */
export async function tryFailing(
  stage: Stage,
  inputs: Histories,
  { task, failed }: Failure,
): Promise<Story> {
  const { plan, layout, log } = stage
  const read = letterReader(plan)
  let found: DeadLetter | undefined
  let others = 0
  const story = await play(stage, {
    inputs,
    afterCrash: (error) => {
      if (!(error instanceof StoppedByRecord)) return undefined
      // Tasks beside it may stop too, each for a record of its own; then it is tried again.
      if (error.task !== task) {
        others += 1
        return others < MOST_OTHERS ? 'again' : 'over'
      }
      found = read(error.letter)
      return 'over'
    },
  })
  const whole = runByTask(withoutFail(plan), inputs)
  const rows = await rowsByTask(stage)
  checkBeginnings(whole.rows, rows)
  if (others === MOST_OTHERS) return story
  if (found === undefined) throw new Error(`task ${task} has not stopped`)
  const letters = lettersDifference([failed.letter], [found])
  if (letters !== undefined) throw new Error(`what stopped it: ${letters}`)
  checkLast(plan, { task, before: failed.before, whole: whole.rows, rows })
  const { state, timers } = await readState(layout, log)
  const expected = ownState(plan, task, failed.before)
  const difference = plainDifference(
    'what it held',
    expected,
    ownState(plan, task, { state, timers }),
  )
  if (difference !== undefined) throw new Error(`task ${task}: ${difference}`)

  const kept: DeadLetter[] = []
  for await (const portion of readDeadLetters(layout, log)) kept.push(...portion)
  const unexpected = unexpectedLetter(whole.result.deadLetters, kept)
  if (unexpected !== undefined) throw new Error(`dead letters: ${unexpected} instead of nothing`)
  return story
}

/** From the captured streams, whose partitions are those of the tasks. */
async function rowsByTask({ plan, layout, log }: Stage): Promise<RowsByTask> {
  const rows = new Map<string, object[]>()
  for (const { id, sub, partition, destinations } of layout.tasks) {
    if (partition > 0) continue
    for (const { as, step, output, stream, topic } of destinations) {
      if (as !== 'captured') continue
      const type = plan.steps.find((each) => each.id === step)?.type.outputs[output]
      if (type === undefined) throw new Error(`task ${id} has no output ${step}.${output}`)
      const codec = createCodec(typeToAvro(type.record))
      for await (const row of committedRows(log, topic, sub.partitions)) {
        const name = `${sub.id}_${row.partition} ${stream}`
        const own = rows.get(name) ?? []
        rows.set(name, own)
        own.push({ time: row.time, value: row.value === null ? null : codec.decode(row.value) })
      }
    }
  }
  return rows
}

function checkBeginnings(whole: RowsByTask, found: RowsByTask): void {
  for (const [name, rows] of found) {
    const all = whole.get(name) ?? []
    for (const [index, row] of rows.entries()) {
      if (isDeepStrictEqual(row, all[index])) continue
      throw new Error(`${name}, record ${index + 1}: ${show(row)} instead of ${show(all[index])}`)
    }
  }
}

interface Last {
  readonly task: string
  readonly before: RunResult
  readonly whole: RowsByTask
  readonly rows: RowsByTask
}

/** Tasks before it in its sub-topology were done: what is left of `before` is its own. */
function checkLast(plan: Plan, { task, before, whole, rows }: Last): void {
  const { sub, partition } = placeOf(plan, task)
  for (const [stream, records] of before.outputs) {
    if (!sub.steps.some((step) => stream === step || stream.startsWith(`${step}.`))) continue
    let own = records.length
    for (let other = 0; other < partition; other += 1) {
      own -= whole.get(`${sub.id}_${other} ${stream}`)?.length ?? 0
    }
    const found = rows.get(`${task} ${stream}`)?.length ?? 0
    if (found !== own) throw new Error(`${task} ${stream}: ${found} records instead of ${own}`)
  }
}

/** Entries and timers of one task, by step and store. */
function ownState(
  plan: Plan,
  task: string,
  { state, timers }: Pick<RunResult, 'state' | 'timers'>,
): ReadonlyMap<string, unknown> {
  const { sub, partition } = placeOf(plan, task)
  const ofPartition = <T>(all: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...all].filter(([at]) => at.startsWith(`${partition} `)))
  const found = new Map<string, unknown>()
  for (const step of sub.steps) {
    for (const [store, entries] of state.get(step) ?? []) {
      found.set(`${step}.${store}`, ofPartition(entries))
    }
    found.set(`timers of ${step}`, ofPartition(timers.get(step) ?? new Map()))
  }
  return found
}

function placeOf({ subTopologies }: Plan, task: string) {
  const [id, partition = 0] = task.split('_').map(Number)
  const sub = subTopologies.find((each) => each.id === id)
  if (sub === undefined) throw new Error(`no task ${task}`)
  return { sub, partition }
}
