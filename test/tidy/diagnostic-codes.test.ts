import { expect, test } from 'vitest'
import { diagnosticCodes } from './diagnostic-codes.ts'

const codesIn = (path: string, text: string): readonly string[] => diagnosticCodes([{ path, text }])

test.each([
  ["reporter('shape', report)({})", ['shape']],
  ["reporter(deep ? 'a-b' : 'c-d', report)({})", ['a-b', 'c-d']],
  ["inference.report('keys-agree', {})", ['keys-agree']],
  ["refuse({ message }, 'a-b')", ['a-b']],
  ["const mistake = { code: 'a-b' }", ['a-b']],
  ["const code = 'a-b'", ['a-b']],
  ["const refuse = (finding: Finding, code = 'a-b') => {}", ['a-b']],
  ["const expressionRules = { 'a-b': 'Text.', 'c-d': 'Text.' } as const", ['a-b', 'c-d']],
  ["reporter('b-a', r)\nreporter('a-b', r)\nreporter('b-a', r)", ['a-b', 'b-a']],
])('finds the codes of %s', (text, codes) => {
  expect(codesIn('topology/a.ts', text)).toEqual(codes)
})

test.each(["map.get('a-b')", "const error = { code: 'ENOENT' }", "// reporter('a-b', report)"])(
  'finds none in %s',
  (text) => {
    expect(codesIn('topology/a.ts', text)).toEqual([])
  },
)

test('takes the codes of errors of the engine for none', () => {
  expect(codesIn('connectors/a.ts', "throw new EngineError({ code: 'a-b' })")).toEqual([])
  expect(codesIn('runtime/a.ts', "reporter('a-b', report)")).toEqual(['a-b'])
})

test('takes a rule by the name of its file, and none from tests', () => {
  expect(codesIn('topology/check/fields-exist.ts', '')).toEqual(['fields-exist'])
  expect(codesIn('topology/check/index.ts', '')).toEqual([])
  expect(codesIn('topology/check/fields-exist.test.ts', "reporter('a-b', r)")).toEqual([])
  expect(codesIn('test/a.ts', "reporter('a-b', r)")).toEqual([])
})
