// `feed-process.ts FOLDER SEED UNTIL`: a process that feeds slices to a log, each in a transaction
// of its own, from where the log stands up to slice UNTIL. It is killed on its way.
import { openEmbeddedLog } from '../../connectors/embedded/embedded-log.ts'
import { appendsOf, drawHistory } from './history.ts'
import { countSlices } from './fed-slices.ts'
import { loadPlan } from './plan.ts'

const [folder = '', seed, until] = process.argv.slice(2)
const plan = loadPlan()
const slices = appendsOf(plan, drawHistory(Number(seed)))
const log = await openEmbeddedLog(folder, { mode: 'write' })
const producer = await log.producer('feed')
const fed = await countSlices(log, plan, slices)
process.stderr.write(`opened with ${fed} slices\n`)
for (const appends of slices.slice(fed, Number(until))) {
  await producer.transact({ appends, puts: [] })
}
await log.close()
