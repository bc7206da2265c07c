import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { kafka } from '../../docker/native/kafka.ts'
import { registry } from '../../docker/native/registry.ts'
import { describeWith, sharedKafka, sharedRegistry } from '../servers/shared-servers.ts'
import { inTurns } from './at-once.ts'
import { runCell } from './cell.ts'
import { faultText } from './fault.ts'
import { planShort } from './table.ts'

const SEED = 4
const AT_ONCE = 3
const SLICES = 30

describeWith([kafka, registry], 'a run through a proxy that does one thing wrong', () => {
  describe.concurrent('comes to what an undisturbed one comes to', () => {
    const turn = inTurns(AT_ONCE)
    const cells = planShort(SEED)
    test.for(cells.map((cell) => [faultText(cell.fault), cell] as const))(
      '%s',
      { timeout: 900_000 },
      async ([, { fault, row }]) => {
        const servers = { bootstrap: await sharedKafka(), registry: await sharedRegistry() }
        const folder = mkdtempSync(join(tmpdir(), 'millrace-fault-'))
        const name = `fault-${fault.rpc.toLowerCase()}`
        const about = { fault, seed: SEED, slices: SLICES, workers: row.workers }
        const cell = await turn(() => runCell({ ...about, servers, folder, name }))
        expect(cell.records).toBeGreaterThan(1_000)
        expect(cell.done.length).toBeGreaterThan(0)
      },
    )
  })
})
