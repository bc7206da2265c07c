import { expect, test } from 'vitest'
import { newMemory, remember } from './memory.ts'

test('knows the last 32 contents of the greatest time, each once', () => {
  const memory = newMemory(0)
  for (let content = 0; content < 40; content += 1) {
    for (const time of [1, 1, 0]) remember(memory, { time, content: `${content}`, sequence: null })
  }
  const last = Array.from({ length: 32 }, (_, index) => `${index + 8}`)
  expect(memory).toMatchObject({ time: 1, contents: last })
  remember(memory, { time: 2, content: undefined, sequence: 7 })
  remember(memory, { time: 1, content: 'a', sequence: null })
  expect(memory).toMatchObject({ time: 2, contents: [], sequence: 7 })
})
