import { expect, test } from 'vitest'
import { recordedIo } from './recorded-io.ts'
import { main } from './main.ts'

test('names the scenarios there are', async () => {
  const io = recordedIo()
  await main(['bench', 'engin'], io)
  expect(io.exitCode()).toBe(1)
  expect(io.errors()).toContain('there is no scenario "engin"; did you mean "engine"?')
})
