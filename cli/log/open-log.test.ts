import { expect, test } from 'vitest'
import { makePlace } from '../log-commands.test-data.ts'
import { logAccess } from './log-access.ts'
import { openLastingLog, openLog } from './open-log.ts'

test('opens a memory log and an embedded one', async () => {
  const memory = await openLog(logAccess({ log: 'memory' }, {}), 'write')
  expect(memory.name).toBe('memory')
  await memory.close()
  const { log } = makePlace()
  const embedded = await openLog(logAccess({ log }, {}), 'write')
  expect(embedded.name).toBe(log)
  await embedded.close()
})

test('refuses a memory log to a command that it would not outlive', async () => {
  await expect(openLastingLog(logAccess({ log: 'memory' }, {}), 'read', 'tap')).rejects.toThrow(
    'the memory log ends with its process, so tap has nothing to do with one; name a log that ' +
      'stays: --log embedded:DIR or kafka:HOST:PORT',
  )
})
