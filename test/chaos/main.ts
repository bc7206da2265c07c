// `node test/chaos/main.ts --incidents 40 --seed 1`: disturbs a run on a broker of its own, and
// says what it did and audits every record. Part of `npm run test:soak`.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runChaos } from './chaos.ts'

const { values } = parseArgs({
  options: {
    incidents: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'millrace-chaos-'))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
try {
  const [seed, incidents] = [Number(values.seed), Number(values.incidents)]
  const { records, deadLetters, commits, ...rest } = await runChaos({
    ...{ seed, incidents, folder, say },
  })
  const { incidents: struck, workers, gaveUp } = rest
  say(`${struck.length} incidents, ${struck.flat().length} deeds; ${workers} workers started`)
  say(`${gaveUp.length} gave up while the broker was away, and were started again`)
  for (const why of gaveUp) say(`  ${why}`)
  say(`${records} records and ${deadLetters} dead letters in ${commits} commits, all of them right`)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
