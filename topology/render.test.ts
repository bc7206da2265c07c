// How diagnostics look, to the column.
import { expect, test } from 'vitest'
import type { Diagnostic } from './diagnostic.ts'
import { diagnosticsToJson, renderDiagnostics, sortDiagnostics } from './render.ts'
import type { Source } from './source.ts'

/** A diagnostic at the first place where `token` stands in the source. */
function at(source: Source, token: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const start = source.text.indexOf(token)
  const span = { source, start, end: start + token.length }
  return { code: 'fields-exist', severity: 'error', message: 'wrong', span, ...more }
}

function sourceOf(text: string, path = 'topology.yaml'): Source {
  return { path, text }
}

const momentum = sourceOf(
  `${'\n'.repeat(8)}  clean:\n${'\n'.repeat(4)}       of: pirce\n`,
  'apps/momentum/topology.yaml',
)

test('shows place, caret, repair and notes as the style guide does', () => {
  const diagnostic = at(momentum, 'pirce', {
    message: 'stream "ticks" has no field "pirce"',
    repair: 'did you mean "price"?',
    notes: ['"ticks" carries schemas/market/tick.avsc: symbol, price, size, time'],
  })
  expect(renderDiagnostics([diagnostic])).toBe(
    `
error[fields-exist]: stream "ticks" has no field "pirce"
  apps/momentum/topology.yaml:14:12
     |
  14 |        of: pirce
     |            ^^^^^ did you mean "price"?
     |
     = "ticks" carries schemas/market/tick.avsc: symbol, price, size, time

1 error`.slice(1),
  )
})

test('shows the cause second, its line number aligned', () => {
  const start = momentum.text.indexOf('clean')
  const cause = { span: { source: momentum, start, end: start + 5 }, label: 'the stream is here' }
  expect(renderDiagnostics([at(momentum, 'pirce', { cause, severity: 'warning' })])).toBe(
    `
warning[fields-exist]: wrong
  apps/momentum/topology.yaml:14:12
     |
  14 |        of: pirce
     |            ^^^^^
     |
  apps/momentum/topology.yaml:9:3
     |
   9 |   clean:
     |   ^^^^^ the stream is here

1 warning`.slice(1),
  )
})

/** The two lines of the excerpt: the source and the caret. */
function excerpt(text: string, token: string): readonly string[] {
  const lines = renderDiagnostics([at(sourceOf(text), token)]).split('\n')
  return lines.slice(3, 5).map((line) => line.slice(6))
}

test.each([
  ['shows tabs as blanks', '\ta\tpirce', 'pirce', ['    a    pirce', '         ^^^^^']],
  ['counts wide characters twice', '日本: 値段x', '値段', ['日本: 値段x', '      ^^^^']],
  ['counts combining characters for nothing', 'cafe\u0301: x', 'x', ['cafe\u0301: x', '      ^']],
  ['counts an emoji twice', '🚀🚀: x', 'x', ['🚀🚀: x', '      ^']],
  ['makes control characters visible', 'a\u001b[31m: x', 'x', ['a␛[31m: x', '        ^']],
  ['makes a change of direction visible', 'a\u202eb: x', 'x', ['a<U+202E>b: x', '            ^']],
  ['ends a span of several lines with its first', 'a: b\r\n  c', 'b\r\n  c', ['a: b', '   ^']],
  ['leaves a byte order mark out', '\uFEFFa: b', 'b', ['a: b', '   ^']],
])('%s', (_, text, token, lines) => {
  expect(excerpt(text, token)).toEqual(lines)
})

test('cuts a long line on both sides of the caret', () => {
  expect(excerpt(`${'x'.repeat(500_000)} pirce ${'y'.repeat(500_000)}`, 'pirce')).toEqual([
    `...${'x'.repeat(31)} pirce ${'y'.repeat(49)}...`,
    `${' '.repeat(35)}^^^^^`,
  ])
})

test('cuts a long token behind its beginning', () => {
  expect(excerpt(`a: ${'x'.repeat(200)}`, 'x'.repeat(200))).toEqual([
    `a: ${'x'.repeat(87)}...`,
    `   ${'^'.repeat(87)}`,
  ])
})

test('wraps a long note between words', () => {
  const notes = [`its keys are ${'word '.repeat(16)}end`]
  const lines = renderDiagnostics([at(sourceOf('a'), 'a', { notes })], { summary: false })
  expect(lines.split('\n').slice(6)).toEqual([
    `    = its keys are ${'word '.repeat(15)}word`.replace(/ word$/, ''),
    '      word end',
  ])
})

test('shows one caret for an empty span, at the end of a file too', () => {
  const source = sourceOf('a: b\n')
  const end = { source, start: 5, end: 5 }
  expect(renderDiagnostics([at(source, 'a', { span: end })], { summary: false })).toBe(
    `
error[fields-exist]: wrong
  topology.yaml:2:1
    |
  2 |
    | ^`.slice(1),
  )
})

test('keeps line breaks and control characters of a message on one visible line', () => {
  const diagnostic = at(sourceOf('a'), 'a', { message: '"x\n\u0007y" is wrong' })
  expect(renderDiagnostics([diagnostic]).split('\n')[0]).toBe(
    'error[fields-exist]: "x ␇y" is wrong',
  )
})

test('sorts by file, place and code, and says the same thing once', () => {
  const [a, b] = [sourceOf('x y', 'a.yaml'), sourceOf('x y', 'b.yaml')]
  const found = [
    at(b, 'x'),
    at(a, 'y', { code: 'types-agree', severity: 'warning' }),
    at(a, 'y'),
    at(a, 'x'),
    at(a, 'y'),
  ]
  const sorted = sortDiagnostics(found)
  expect(sorted.map((each) => `${each.span.source.path}:${each.span.start} ${each.code}`)).toEqual([
    'a.yaml:0 fields-exist',
    'a.yaml:2 fields-exist',
    'a.yaml:2 types-agree',
    'b.yaml:0 fields-exist',
  ])
  expect(renderDiagnostics(found)).toBe(renderDiagnostics([...found].reverse()))
  expect(renderDiagnostics(found).endsWith('\n\n3 errors, 1 warning')).toBe(true)
})

test('says nothing about nothing', () => {
  expect(renderDiagnostics([])).toBe('')
})

test('colours only when asked', () => {
  const coloured = renderDiagnostics([at(momentum, 'pirce')], { colour: true })
  expect(coloured).toContain('\u001b[31merror[fields-exist]\u001b[39m')
  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderDiagnostics([at(momentum, 'pirce')]))
})

test('gives machines every part', () => {
  const source = sourceOf('a: b\nc: d\n')
  const span = { source, start: 0, end: 1 }
  const diagnostic = at(source, 'b\nc', {
    repair: 'mend it',
    cause: { span, label: 'here' },
    notes: ['known'],
  })
  expect(diagnosticsToJson([diagnostic])).toEqual([
    {
      code: 'fields-exist',
      severity: 'error',
      message: 'wrong',
      file: 'topology.yaml',
      line: 1,
      column: 4,
      endLine: 2,
      endColumn: 2,
      repair: 'mend it',
      cause: { file: 'topology.yaml', line: 1, column: 1, endLine: 1, endColumn: 2, label: 'here' },
      notes: ['known'],
    },
  ])
})

test('places ten thousand diagnostics of a long file on their own lines', () => {
  const source = sourceOf('  of: pirce\n'.repeat(10_000))
  const found = Array.from({ length: 10_000 }, (_, line) => {
    const start = line * 12 + 6
    return at(source, 'pirce', { span: { source, start, end: start + 5 } })
  })
  const rendered = renderDiagnostics(found)
  expect(rendered).toContain('topology.yaml:10000:7\n')
  expect(rendered.endsWith('10000 errors')).toBe(true)
})
