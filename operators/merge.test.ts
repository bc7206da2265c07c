import { expect, test } from 'vitest'
import { testExample } from '../test/examples.ts'
import { expectTable, refusal } from '../test/expect-table.ts'

test('gives every record of one stream as it is: first, interleaved, null and extreme', () => {
  expectTable(
    'merge',
    '',
    `
    time  key  price:double? |  key  price   at
    0s    A    1e308         |  A    1e+308  0s
    1s    B    -             |  B    -       1s
    2s    A    5e-324        |  A    5e-324  2s
    2s    B    -1e308        |  B    -1e+308 2s  `,
  )
})

const TWO = `
topology: two
topics:
  b_quotes: { topic: b, schema: market/Quote, key: symbol, time: time, delay: 2s }
  a_quotes: { topic: a, schema: market/Quote, key: symbol, time: time }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  both:
    from: [b_quotes, a_quotes]
    merge:
`

testExample(
  'goes by when a record became available; ties go by the name of the topic, not by the list',
  `${TWO}
---
tests:
  - it: merges
    feed:
      a_quotes:
        - value: { symbol: A, bid: 1, ask: 9, time: 2s }
        - value: { symbol: A, bid: 2, ask: 9, time: 3s }
        - value: { symbol: A, bid: 3, ask: 9, time: 4s }
      b_quotes:
        - value: { symbol: A, bid: 4, ask: 9, time: 0s }
        - value: { symbol: B, bid: 5, ask: 9, time: 1s }
    then: [crash]
    expect:
      both:
        - { key: A, time: 2s, available: 2s, value: { bid: 1 } }
        - { key: A, time: 0s, available: 2s, value: { bid: 4 } }
        - { key: A, time: 3s, available: 3s, value: { bid: 2 } }
        - { key: B, time: 1s, available: 3s, value: { bid: 5 } }
        - { key: A, time: 4s, available: 4s, value: { bid: 3 } }
`,
)

test('refuses a configuration', () => {
  expect(refusal('merge', 'by: time', 'time key price')).toMatchInlineSnapshot(`
    "error[config-known]: "merge" has no key "by"
      topology.yaml:9:7
        |
      9 |       by: time
        |       ^^ remove it: there is nothing to configure

    1 error"
  `)
})
