// GET /tasks: where each task of this process stood at its last commit. Times are microseconds
// since 1970, as in topics; what is not known is null. And how far restores are that go on.
import { lagRecords, lagSeconds } from '../../runtime/observe/lag.ts'
import type { TaskStatus } from '../../runtime/observe/run-status.ts'
import type { AddRoute } from './route.ts'

export const addTasks: AddRoute = (server, { status }) => {
  server.get('/tasks', () => {
    const { topology, slots, tasks } = status()
    const restoring = slots.flatMap(({ slot, restoring: far }) => (far ? [{ slot, ...far }] : []))
    return { topology, restoring, tasks: tasks.map(taskAnswer) }
  })
}

export function taskAnswer(each: TaskStatus) {
  const { task, slot, clock, waiting, waitsFor = null, hasFinished, sources, stores } = each
  return {
    task,
    slot,
    clock: Number.isFinite(clock) ? clock : null,
    lagSeconds: lagSeconds(each) ?? null,
    waiting,
    waitsFor,
    hasFinished,
    sources: sources.map((source) => {
      const { topic, partition, position, stable = null } = source
      return { topic, partition, position, stable, lagRecords: lagRecords(source) ?? null }
    }),
    stores,
  }
}
