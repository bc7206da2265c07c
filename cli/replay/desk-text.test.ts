import { expect, test } from 'vitest'
import { deskText } from './desk-text.ts'
import { ACCOUNT, EMPTY } from './report/report-data.test-data.ts'

const gap = { topic: 'bars', every: 1e6, gaps: 0, missing: 0, longest: 0, filled: 3 }

test('it counts bars and signals of all instruments, not of those with a chart', () => {
  const text = deskText({ ...EMPTY, written: { bars: 1234, signals: 56 } })
  expect(text.slice(0, 2)).toEqual(['bars     1,234', 'signals  56'])
})

test('it shows of a name what hides in it, on one line, and no more than a line holds', () => {
  const accounts = [
    { ...ACCOUNT, account: 'a\u001b[2Jb\nc' },
    { ...ACCOUNT, account: 'x'.repeat(9e4) },
  ]
  const lines = deskText({ ...EMPTY, accounts })
  expect(lines[0]).toContain('a\u241b[2Jb c')
  expect(lines[0]).toContain(`${'x'.repeat(40)}...`)
  expect(lines.join('').includes('\u001b')).toBe(false)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(120)
})

test('it shows some lines of a kind, and says how many more there are', () => {
  const gaps = Array.from({ length: 1000 }, (_, place) => ({ ...gap, symbol: `S${place}` }))
  const lines = deskText({ ...EMPTY, quality: { ...EMPTY.quality, gaps } })
  expect(lines).toHaveLength(15)
  expect(lines[12]).toContain('bars S11: ')
  expect(lines[13]).toMatch(/and 988 more +in report.html/)
})
