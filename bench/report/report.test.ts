import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { chartSvg } from './chart.ts'

test('docs/benchmarks.md is what the committed results give', () => {
  const file = new URL('../report.ts', import.meta.url).pathname
  expect(execFileSync(process.execPath, [file, '--check'], { encoding: 'utf8' })).toBe('')
})

test('draws a point for each value, within the picture', () => {
  const points = [10, 100, 1_000].map((at, index) => {
    const median = 2 + index
    return { at, value: { min: median - 1, median, max: median + 3 } }
  })
  const svg = chartSvg({ title: 'a & b', across: 'keys', up: 'us', points })
  expect(svg).toContain('a &amp; b')
  expect(svg.match(/<circle/g)).toHaveLength(3)
  const heights = [...svg.matchAll(/[xy][12]?="([\d.-]+)"/g)].map(([, value]) => Number(value))
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...heights)).toBeLessThanOrEqual(520)
})
