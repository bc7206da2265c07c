// `npm run simulate -- --seed 17`, or `--from 1 --to 10000`: runs seeds of the simulation and
// prints those that fail.
import { parseArgs } from 'node:util'
import { simulate } from './simulate.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
})
const from = Number(values.seed ?? values.from ?? 1)
const to = Number(values.seed ?? values.to ?? from)
const PROGRESS = 500

let failed = 0
const trials = new Map<string, number>()
for (let seed = from; seed <= to; seed += 1) {
  try {
    const { trial } = await simulate(seed)
    trials.set(trial, (trials.get(trial) ?? 0) + 1)
  } catch (error) {
    failed += 1
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n\n`)
  }
  if (seed % PROGRESS === 0) process.stdout.write(`${seed} of ${to}, ${failed} failed\n`)
}
const passed = [...trials].map(([trial, count]) => `${count} ${trial}`).join(', ')
process.stdout.write(`${to - from + 1} seeds, ${failed} failed; passed: ${passed}\n`)
process.exitCode = failed === 0 ? 0 : 1
