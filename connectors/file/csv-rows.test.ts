import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowReader } from './csv-rows.ts'
import { createLineSplitter } from './split-lines.ts'

type Event = readonly [string, number, ...unknown[]]

function rowsOf(chunks: readonly Buffer[]): readonly Event[] {
  const events: Event[] = []
  const reader = new RowReader({
    row: (cells, line) => events.push(['row', line, ...cells]),
    bad: (reason, original, line) => events.push(['bad', line, original.toString(), reason]),
  })
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  return events
}

function linesOf(chunks: readonly Buffer[]): readonly Event[] {
  const events: Event[] = []
  const splitter = createLineSplitter((line, number, isWhole) => {
    events.push(['line', number, line.toString(), isWhole])
  })
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return events
}

function cut(text: string, places: readonly number[]): readonly Buffer[] {
  const bytes = Buffer.from(text)
  const ends = [...places, bytes.length].map((place) => Math.min(place, bytes.length))
  const sorted = [0, ...ends].sort((a, b) => a - b)
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end))
}

const dirty = fc
  .array(fc.constantFrom('a', 'bc', ',', '"', '""', '\n', '\r\n', '"\n', ',"', '\r', 'é', '\0'))
  .map((parts) => parts.join(''))
const places = fc.array(fc.nat(40), { maxLength: 6 })

test('reads the same rows however the bytes are cut into chunks', () => {
  fc.assert(
    fc.property(dirty, places, (text, at) => {
      expect(rowsOf(cut(text, at))).toEqual(rowsOf([Buffer.from(text)]))
    }),
    { numRuns: 2000 },
  )
})

test('reads the same lines however the bytes are cut into chunks', () => {
  fc.assert(
    fc.property(dirty, places, (text, at) => {
      const whole = linesOf([Buffer.from(text)])
      expect(linesOf(cut(text, at))).toEqual(whole)
      const lines = text.split('\n')
      if (lines.at(-1) === '') lines.pop()
      expect(whole.map(([, , line]) => line)).toEqual(lines.map((line) => line.replace(/\r$/, '')))
    }),
  )
})

test('gives back every row that is written as CSV', () => {
  const cell = fc.stringMatching(/^[a-c,"\r\n ]{0,6}$/)
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }))
  fc.assert(
    fc.property(table, fc.constantFrom('\n', '\r\n'), places, (rows, lineBreak, at) => {
      const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`
      const text = rows.map((row) => row.map(quote).join(',') + lineBreak).join('')
      expect(rowsOf(cut(text, at)).map(([, , ...cells]) => cells)).toEqual(rows)
    }),
  )
})

test('names the line of every row and every bad line, each once and in order', () => {
  fc.assert(
    fc.property(dirty, (text) => {
      const lines = rowsOf([Buffer.from(text)]).map(([, line]) => line)
      expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b))
      expect(lines.at(-1) ?? 0).toBeLessThanOrEqual(text.split('\n').length)
    }),
    { numRuns: 2000 },
  )
})
