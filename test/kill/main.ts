// `node test/kill/main.ts --from 1 --to 10 --kills 20`: kills runs with each seed, and prints what
// fails. `npm run test:soak` does so after 10,000 seeds of the simulation.
import { parseArgs } from 'node:util'
import { blowsText } from './blow.ts'
import { killRepeatedly } from './kill-story.ts'

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    to: { type: 'string' },
    kills: { type: 'string', default: '20' },
    table: { type: 'boolean', default: false },
  },
})
const [from, kills] = [Number(values.from), Number(values.kills)]
const to = Number(values.to ?? from)

let failed = 0
for (let seed = from; seed <= to; seed += 1) {
  try {
    const text = blowsText(await killRepeatedly({ seed, kills }))
    process.stdout.write(`seed ${seed}: ${values.table ? text : text.split('\n').at(-1)}\n`)
  } catch (error) {
    failed += 1
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n\n`)
  }
}
process.stdout.write(`${to - from + 1} seeds, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
