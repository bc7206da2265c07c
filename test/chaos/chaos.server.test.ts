import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { kafka } from '../../docker/native/kafka.ts'
import { registry } from '../../docker/native/registry.ts'
import { describeWith } from '../servers/shared-servers.ts'
import { runChaos } from './chaos.ts'

const INCIDENTS = 6

describeWith([kafka, registry], 'three workers whose processes and broker die', () => {
  test('come to what an undisturbed run comes to', { timeout: 1_800_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-chaos-'))
    const said: string[] = []
    const say = (line: string): void => void said.push(line)
    const chaos = await runChaos({ seed: 1, incidents: INCIDENTS, folder, say })
    expect(said, said.join('\n')).toHaveLength(INCIDENTS)
    expect(new Set(chaos.incidents.flat()).size, 'every kind of deed').toBe(4)
    expect(chaos.records).toBeGreaterThan(3_000)
  })
})
