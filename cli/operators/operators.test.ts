import { expect, test } from 'vitest'
import { catalogue } from '../catalogue.ts'
import { operatorsPage } from '../docs.ts'
import { functionText, listText, operatorText } from './text.ts'
import { vocabularyOf } from './vocabulary.ts'

const all = vocabularyOf(catalogue)

function operator(name: string) {
  const found = all.operators.find((each) => each.name === name)
  if (!found) throw new Error(`no operator ${name}`)
  return found
}

function functionOf(name: string) {
  const found = all.functions.find((each) => each.name === name)
  if (!found) throw new Error(`no function ${name}`)
  return found
}

test('lists every operator and function with what it does', () => {
  const text = listText(all, 1_000)
  for (const { name, summary } of all.operators) expect(text).toMatch(line(name, summary))
  for (const { signature, summary } of all.functions) expect(text).toMatch(line(signature, summary))
})

function line(name: string, summary: string): RegExp {
  const escape = (word: string): string => word.replaceAll(/[[\](){}.*+?^$|\\/]/g, '\\$&')
  return new RegExp(`^  ${escape(name)} +${escape(summary)}$`, 'm')
}

test('describes a config key by key, with bounds, defaults and what is required', () => {
  expect(operator('bars').config).toMatchObject([
    { key: 'every', takes: 'duration from 1ms to 366d, or a list of such', isRequired: true },
    { key: 'fill', takes: 'none or previous', isRequired: false, default: 'none' },
    { key: 'price', takes: 'expression of type double', isRequired: false },
    { key: 'size' },
  ])
})

test.each([
  ['derive', ['<name>']],
  ['filter', ['']],
  ['merge', []],
  ['indicator', ['warm_up', '<name>']],
  ['signal', ['when', 'buy', 'sell', 'stop', 'target', 'confidence', 'valid_for', 'strategy']],
  [
    'enrich',
    ['<name>', '<name>.with', '<name>.on', '<name>.as_of', '<name>.max_age', '<name>.missing'],
  ],
])('names the keys of %s', (name, keys) => {
  expect(operator(name).config.map(({ key }) => key)).toEqual(keys)
})

test('explains an operator on a page of 80 columns, its example apart', () => {
  const text = operatorText(operator('enrich'), 80)
  const [page = '', example] = text.split('example, with its test\n')
  expect(page.split('\n').filter((each) => each.length > 80)).toEqual([])
  expect(page).toContain('  <name>.max_age  duration; optional\n')
  expect(page).toContain('  fates           bad, late\n')
  expect(example).toContain('      enrich:\n')
})

test('says of which operators the expressions may be stateful', () => {
  const homes = all.operators.filter(({ takesStateful }) => takesStateful).map(({ name }) => name)
  expect(homes).toEqual(['indicator', 'signal', 'alert'])
})

test('explains a stateful function with its lookback as in its example', () => {
  expect(functionOf('ema')).toMatchObject({
    signature: 'ema(x, n[, seed])',
    isStateful: true,
    lookback: 11,
    example: 'ema(close, 12)',
    parameters: [
      { name: 'x', takes: 'number', isOptional: false },
      { name: 'n', takes: 'constant whole number from 1 to 100000', isOptional: false },
      { name: 'seed', takes: "constant 'first'", isOptional: true },
    ],
  })
  expect(functionText(functionOf('ema'), 100)).toContain(
    '  lookback  11 records of its key before the first value, as in the example\n',
  )
})

test('names the fields of a function that has several results', () => {
  expect(functionOf('macd').results).toEqual(['macd double', 'signal double', 'hist double'])
})

test.each(
  all.functions.filter((each) => each.isStateful).map((each) => [each.name, each] as const),
)('knows the lookback of %s', (_, { lookback }) => {
  expect(lookback).toBeGreaterThanOrEqual(0)
})

test('gives every operator and stateful function a section of the page', () => {
  const page = operatorsPage(catalogue)
  for (const { name, example } of all.operators) {
    expect(page).toContain(`\n### ${name}\n`)
    expect(page).toContain(`\`\`\`yaml\n${example}\n\`\`\``)
  }
  for (const { name, isStateful, signature } of all.functions) {
    expect(page).toContain(isStateful ? `\n### ${name}\n` : `| \`${signature}\` |`)
  }
})
