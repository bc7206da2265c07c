import { expect, test } from 'vitest'
import { extremeKernel } from './extreme.ts'

test('reads few rows of a long window whose greatest value leaves with every record', () => {
  const n = 4096
  const { header, ring, width, update } = extremeKernel(n, 1)
  let reads = 0
  const doubles = new Array<number>(header + ring * width).fill(0)
  const state = new Proxy(doubles, {
    get: (target, slot) => {
      reads += 1
      return Reflect.get(target, slot) as unknown
    },
  })
  for (let x = 3 * n; x > 0; x -= 1) update(state, 0, [], x, 0, 0)
  // A scan of the window would be n reads a record.
  expect(reads / (3 * n)).toBeLessThan(100)
})
