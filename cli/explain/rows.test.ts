import { expect, test } from 'vitest'
import { renderRows, table } from './rows.ts'

test('wraps items under each other and leaves empty rows out', () => {
  const rows = [
    { label: 'holds', items: ['alpha double', 'beta double', 'gamma double', 'delta double'] },
    { label: 'none', items: [] },
    { label: 'state', lead: 'store:', items: ['n long'] },
  ]
  expect(renderRows(rows, { label: 5, columns: 42 })).toBe(
    [
      '  holds  alpha double, beta double,',
      '         gamma double, delta double',
      '  state  store: n long',
      '',
    ].join('\n'),
  )
})

test('aligns pairs, and wraps a text under its own first word', () => {
  const pairs = [
    ['a', 'one two three four five six seven'],
    ['long', 'eight'],
  ] as const
  expect(renderRows([{ label: 'op', pairs }], { label: 2, columns: 36 })).toBe(
    ['  op  a     one two three four five six', '            seven', '      long  eight', ''].join(
      '\n',
    ),
  )
})

test('never breaks a word', () => {
  const word = 'x'.repeat(80)
  expect(renderRows([{ label: 'a', items: [word] }], { label: 1, columns: 40 })).toContain(word)
})

test('aligns the cells of a table', () => {
  expect(
    table([
      ['1', 'quotes', 'topic'],
      ['10', 'b', 'topic'],
    ]),
  ).toEqual(['1   quotes  topic', '10  b       topic'])
})
