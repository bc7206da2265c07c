import { expect, test } from 'vitest'
import { makePlace } from './log-commands.test-data.ts'
import { openLastingLog, openLog } from './open-log.ts'

test('opens a memory log and an embedded one', async () => {
  const memory = await openLog('memory', 'write')
  expect(memory.name).toBe('memory')
  await memory.close()
  const { log } = makePlace()
  const embedded = await openLog(log, 'write')
  expect(embedded.name).toBe(log)
  await embedded.close()
})

test.each([
  ['data/log', 'is no log; did you mean "embedded:data/log"?'],
  ['C:\\log', 'is no log; did you mean "embedded:C:\\log"?'],
  ['memroy', 'is no log; did you mean "memory"?'],
  ['embeded:data', 'is of no known kind; did you mean "embedded:data"?'],
  ['redis:data', 'is of no known kind; write memory or embedded:DIR'],
  ['embedded:', 'names no folder; write embedded:DIR'],
  ['embedded', 'names no folder; write embedded:DIR'],
  ['kafka:localhost:9092', 'is a Kafka log, which this version does not have yet; it has memory'],
])('refuses %s with the repair', async (name, message) => {
  await expect(openLog(name, 'write')).rejects.toThrow(`--log "${name}" ${message}`)
})

test('refuses a memory log to a command that it would not outlive', async () => {
  await expect(openLastingLog('memory', 'read', 'tap')).rejects.toThrow(
    'the memory log ends with its process, so tap has nothing to do with one; name a log that ' +
      'stays: --log embedded:DIR',
  )
})
