// Whatever a file holds, reading it ends in diagnostics whose places lie in the file.
// Nothing throws.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSource } from './decode-source.ts'
import type { TopologyDeclaration } from './declaration.ts'
import type { Diagnostic } from './diagnostic.ts'
import { filesOf } from './expect-diagnostics.ts'
import { DEEPEST, MOST_TOKENS } from './parse-yaml.ts'
import { readDeclaration } from './read-declaration.ts'
import { LARGEST_FILE } from './read-tree.ts'
import { renderDiagnostics } from './render.ts'

const target = readFileSync(new URL('../test/topologies/crypto-momentum.yaml', import.meta.url))

interface Reading {
  readonly found: readonly Diagnostic[]
  readonly declaration: TopologyDeclaration | undefined
}

function read(text: string | Uint8Array): Reading {
  const found: Diagnostic[] = []
  const report = (diagnostic: Diagnostic): void => void found.push(diagnostic)
  const source =
    typeof text === 'string'
      ? { path: 'topology.yaml', text }
      : decodeSource(text, 'topology.yaml', report)
  return { found, declaration: source && readDeclaration(source, filesOf({}), report) }
}

function expectPlaces(found: readonly Diagnostic[]): void {
  for (const { span, cause } of found) {
    for (const { start, end, source } of cause ? [span, cause.span] : [span]) {
      expect(start).toBeGreaterThanOrEqual(0)
      expect(end).toBeGreaterThanOrEqual(start)
      expect(end).toBeLessThanOrEqual(source.text.length)
    }
  }
  expect(renderDiagnostics(found)).not.toContain('undefined')
}

const DEEP = 100_000
const nestsTooDeep = `maps and lists nest more than ${DEEPEST} deep`
test.each([
  ['lists in brackets', '['.repeat(DEEP)],
  ['maps in braces', '{a: '.repeat(DEEP)],
  ['lists on one line', '- '.repeat(DEEP)],
  ['explicit keys', '? '.repeat(DEEP)],
  ['lists behind a key', `a: ${'['.repeat(DEEP)}`],
  ['maps by indentation', lines(1_000, (line) => `${' '.repeat(line)}a:`)],
  ['lists by indentation', lines(1_000, (line) => `${' '.repeat(line)}-`)],
])('refuses %s that nest too deep', (_, text) => {
  const { found, declaration } = read(text)
  expect(declaration).toBeUndefined()
  expect(found.map((each) => [each.code, each.message])).toEqual([['size-bounded', nestsTooDeep]])
  expectPlaces(found)
})

test('reads what nests as deep as is allowed', () => {
  const inside = DEEPEST - 3
  const list = `${'['.repeat(inside)}${']'.repeat(inside)}`
  const text = `topology: t\nsteps: { a: { from: x, filter: ${list} } }`
  expect(read(text).found).toEqual([])
  expect(read(text.replace('[', '[[').replace(']', ']]')).found).toHaveLength(1)
})

test.each([
  ['keys written again', 'a: 1\n'],
  ['quotes left open', 'a: "\n'],
  ['lists in lists', '- - - - \n'],
  ['braces left open', '? : {\n'],
])('stops at the first word beyond what a topology can need: %s', (_, line) => {
  const { found, declaration } = read(line.repeat(MOST_TOKENS / 2))
  expect(declaration).toBeUndefined()
  expect(found.length).toBeLessThanOrEqual(1_000)
  expectPlaces(found)
})

test('says that a file has too many words', () => {
  const { found } = read(lines(MOST_TOKENS / 4, (line) => `k${line}: 1`))
  expect(found.map(({ message }) => message)).toEqual([
    `the file has more than ${MOST_TOKENS} words and marks`,
  ])
})

test('refuses a file that is too large without looking into it', () => {
  const { found } = read(`topology: t\n${'\0'.repeat(LARGEST_FILE)}`)
  expect(renderDiagnostics(found)).toBe(
    `
error[size-bounded]: the file is 2000012 characters long
  topology.yaml:1:1
    |
  1 | topology: t
    | ^ keep it under 2000000; data belongs in a topic or a data file

1 error`.slice(1),
  )
})

test('refuses a chain of aliases without following it', () => {
  const text = ['a0: &a0 [x]', ...range(40, (n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)]
  const { found, declaration } = read(text.join('\n'))
  expect(declaration).toBeUndefined()
  expect(new Set(found.map((each) => each.code))).toEqual(new Set(['yaml-plain']))
  expect(found).toHaveLength(41 + 80)
})

test('shows control characters that cannot stand in a file', () => {
  expect(renderDiagnostics(read('topology: t\0\nsteps:\r  a: \u001b[31m\n').found)).toBe(
    `
error[yaml-valid]: character U+0000 cannot stand in a file
  topology.yaml:1:12
    |
  1 | topology: t␀
    |            ^ remove it

error[yaml-valid]: a carriage return ends no line
  topology.yaml:2:7
    |
  2 | steps:␍  a: ␛[31m
    |       ^ end lines with a line feed

2 errors`.slice(1),
  )
})

test('shows a change of direction inside a name', () => {
  expect(renderDiagnostics(read('topology: a\u202Eb\n').found)).toBe(
    `
error[names-valid]: "a<U+202E>b" cannot name a topology
  topology.yaml:1:11
    |
  1 | topology: a<U+202E>b
    |           ^^^^^^^^^^ write letters, digits, "_" and "-", a letter first

1 error`.slice(1),
  )
})

test('reads byte order marks and CRLF with the columns of an editor', () => {
  const { found } = read('\uFEFFtopology: t\r\nsteps:\r\n  a: 1\r\nfoo: x\r\n')
  const places = renderDiagnostics(found).match(/yaml:\d+:\d+/g)
  expect(places).toEqual(['yaml:3:6', 'yaml:4:1'])
})

test('reads ten thousand steps, and finds a mistake in every one', () => {
  const good = range(10_000, (n) => `  s${n}: { from: x, filter: price > ${n} }`).join('\n')
  const { found, declaration } = read(`topology: t\nsteps:\n${good}\n`)
  expect(found).toEqual([])
  expect(declaration?.steps).toHaveLength(10_000)
  const bad = read(`topology: t\nsteps:\n${good.replaceAll('from', 'form')}\n`).found
  // No input, and a word that is then a second operator.
  expect(bad).toHaveLength(20_000)
  expectPlaces(bad.slice(0, 100))
})

test('reads a line of a megabyte', () => {
  const long = 'x'.repeat(1_000_000)
  expect(read(`topology: t\nsteps: { a: { from: x, filter: "${long}" } }\n`).found).toEqual([])
  const { found } = read(`topology: t\nsteps: { a: { from: ${long} ${long.slice(5e5)}, b: c } }\n`)
  expect(found.map((each) => each.code)).toEqual(['names-valid'])
  expect(renderDiagnostics(found).length).toBeLessThan(1_000)
})

test('shows a thousand mistakes of broken text and no more', () => {
  const { found } = read('a: "x\n'.repeat(5_000))
  expect(found).toHaveLength(1_000)
  expect(found.at(-1)?.notes).toEqual(['further mistakes of this kind are not shown'])
})

test('never throws for a file of the wrong types', () => {
  const values = ['', '1', 'true', 'null', 'x', '[]', '{}', '[[]]', '[{}]', '{ a: {} }', '!t x']
  const words = ['from', 'key', 'to', 'fate', 'topic', 'schema', 'default', 'per', 'connection']
  for (const outer of ['include', 'parameters', 'require', 'calendars', 'sources', 'topics']) {
    for (const value of values) expectPlaces(read(`topology: t\n${outer}: ${value}`).found)
  }
  for (const outer of ['parameters', 'sources', 'topics', 'steps', 'sinks', 'fate', 'topology']) {
    for (const word of words) {
      for (const value of values) {
        const text = `topology: t\n${outer}2:\n${outer}:\n  a:\n    ${word}: ${value}\n`
        expectPlaces(read(text).found)
      }
    }
  }
})

/** Bytes deleted, inserted or doubled at random places. */
const mutations = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    length: fc.integer({ min: 1, max: 40 }),
    change: fc.constantFrom('delete', 'double', 'insert'),
    inserted: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 3 }),
      fc
        .constantFrom('{', '}', '[', ']', '"', "'", ':', ' ', '\n', '\t', '- ', '? ', '|', '>', '!')
        .map((text) => new TextEncoder().encode(text)),
    ),
  }),
  { minLength: 1, maxLength: 8 },
)

test('never throws for a topology with random mistakes, and every place lies in the file', () => {
  fc.assert(
    fc.property(mutations, (changes) => {
      let bytes: Uint8Array = target
      for (const { at, length, change, inserted } of changes) {
        const from = Math.floor(at * bytes.length)
        const head = bytes.subarray(0, from)
        const middle = bytes.subarray(from, from + length)
        const tail = bytes.subarray(from + length)
        const instead = {
          delete: [],
          double: [...middle, ...middle],
          insert: [...inserted, ...middle],
        }
        bytes = Uint8Array.from([...head, ...instead[change], ...tail])
      }
      const { found, declaration } = read(bytes)
      expectPlaces(found)
      if (!declaration) expect(found).not.toEqual([])
    }),
    { numRuns: 200 },
  )
})

function range<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

function lines(count: number, make: (index: number) => string): string {
  return range(count, make).join('\n')
}
