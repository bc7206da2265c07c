import { expect, test } from 'vitest'
import { EngineError } from '../topology/engine-error.ts'
import type { InputItem } from '../connectors/file/input-record.ts'
import type { LogPoint } from '../connectors/memory/log-point.ts'
import { openItemsLog, planItems } from './items-log.test-data.ts'
import { item as anyItem } from './reference/run-steps.test-data.ts'
import { startWorker } from './worker.ts'
import type { Assignment, MemberAbout } from '../connectors/connector.ts'
import type { RunEvent } from './report.ts'

const PLAN = planItems('  total: { from: items, sum: }')

test('leaves the group also where a slot fails while it is stopped', async () => {
  const points: LogPoint[] = []
  const at = (point: LogPoint): Promise<void> => {
    points.push(point)
    const begun = points.filter((each) => each.operation === 'transact' && each.stage === 'before')
    // The first one marks the opening.
    const isLast = point === begun[1]
    return isLast ? Promise.reject(new Error('broken')) : Promise.resolve()
  }
  const rig = await openItemsLog(PLAN, { at })
  await rig.feed('items', [anyItem('A', 1, 1) as InputItem])
  const commit = { everyMs: 1_000_000, records: 1_000_000 }
  const worker = startWorker(rig.options({ commit }))
  const isTaken = (): boolean => points.filter(({ operation }) => operation === 'fetch').length > 8
  while (!isTaken()) await new Promise(setImmediate)
  await expect(worker.stop()).rejects.toThrow('broken')
  expect(points.at(-1)).toMatchObject({ operation: 'leave', stage: 'after' })
})

test('ends with the fault where not even a slot can be opened, for the log is lost', async () => {
  const lost = new EngineError('fenced', 'another process has taken the log', { coordinates: {} })
  const at = ({ operation }: LogPoint): Promise<void> =>
    operation === 'producer' ? Promise.reject(lost) : Promise.resolve()
  const rig = await openItemsLog(PLAN, { at })
  await expect(startWorker(rig.options()).done).rejects.toBe(lost)
})

test.each([undefined, 'http://127.0.0.1:8080'])(
  'tells the group what it runs, and where it answers: %s',
  async (endpoint) => {
    const rig = await openItemsLog(PLAN)
    const { log } = rig.options()
    const said: (MemberAbout | undefined)[] = []
    const join: typeof log.join = (group, slots, about) => {
      said.push(about)
      return log.join(group, slots, about)
    }
    const where = endpoint === undefined ? {} : { endpoint }
    const worker = startWorker({ ...rig.options({ log: { ...log, join } }), ...where })
    await worker.stop()
    expect(said).toEqual([{ shape: PLAN.shapeHash, ...where }])
  },
)

test('reports when the group has shared its slots anew, and who answers for which', async () => {
  const rig = await openItemsLog(PLAN)
  const { log } = rig.options()
  const endpoints = ['http://127.0.0.1:8080']
  const assignments: Assignment[] = [
    { generation: 1, slots: [] },
    { generation: 1, slots: [] },
    { generation: 2, slots: [], endpoints },
  ]
  const join: typeof log.join = () =>
    Promise.resolve({
      poll: () => Promise.resolve(assignments.shift() ?? { generation: 2, slots: [], endpoints }),
      leave: () => Promise.resolve(),
    })
  const told: unknown[] = []
  const report = (event: RunEvent): void => void told.push(event)
  const worker = startWorker(rig.options({ log: { ...log, join }, report }))
  while (assignments.length > 0) await new Promise(setImmediate)
  await worker.stop()
  expect(told).toEqual([
    { kind: 'assigned', slots: [], endpoints: [] },
    { kind: 'assigned', slots: [], endpoints },
  ])
})
