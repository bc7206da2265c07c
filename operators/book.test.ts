import { expect, test } from 'vitest'
import { refusal } from '../test/expect-table.ts'
import { testExample } from '../test/examples.ts'
import type { Value } from '../schemas/type.ts'
import { expectBook, openBook } from '../test/expect-book.ts'

test('applies changes to a snapshot: sets sizes, removes at 0, keeps the best first', () => {
  expectBook(
    'levels: 2',
    `
    ids    bids         asks        | last_update  bids     asks        valid  held
    7      8x1,9x5,7x2  11x2,12x1   | 7            9x5,8x1  11x2,12x1   true
    8-9    9x0,10x3     13x4        | 9            10x3,8x1 11x2,12x1   true
    10-10  10x4         11x0,12x7   | 10           10x4,8x1 12x7,13x4   true
    11-11  6x0          99x0        | 11           10x4,8x1 12x7,13x4   true       `,
  )
})

test('says the numbers of the top, imbalance over the levels given out', () => {
  const book = openBook('levels: 2')
  const [snapshot] = book.take({
    symbol: 'A',
    time: 5,
    received: 6,
    first_update: 7,
    last_update: 7,
    previous_update: null,
    snapshot: true,
    bids: [9, 8, 7].map((price) => ({ price, size: 3 })),
    asks: [11, 13, 14].map((price) => ({ price, size: 1 })),
  }).emitted
  expect(snapshot).toEqual({
    time: 5,
    output: 'main',
    value: {
      symbol: 'A',
      time: 5,
      received: 6,
      last_update: 7,
      ...{ bid: 9, bid_size: 3, ask: 11, ask_size: 1, mid: 10, spread: 2, imbalance: 0.5 },
      bids: [9, 8].map((price) => ({ price, size: 3 })),
      asks: [11, 13].map((price) => ({ price, size: 1 })),
      valid: true,
    },
  })
})

test('keeps a book for each key', () => {
  expectBook(
    'levels: 1',
    `
    key  ids    bids  asks  | last_update  bids  asks  held
    A    7      9x5   11x2  | 7            9x5   11x2
    B    8-8    5x1         |                          1
    B    7      4x1   6x1   | 8            5x1   6x1
    A    8-8    9x6         | 8            9x6   11x2        `,
  )
})

test('lets changes wait for the first snapshot, and applies those beyond it', () => {
  expectBook(
    'levels: 2',
    `
    ids    bids      asks  | last_update  bids      asks  valid  held
    3-5    1x1             |                                     1
    6-8    10x3            |                                     1
    9-9    10x4,1x2        |                                     1
    7      9x5,8x1   11x2  | 9            10x4,9x5  11x2  true
    10-10  9x0             | 10           10x4,8x1  11x2  true       `,
  )
})

test('does not take a snapshot that ends before the changes that wait begin', () => {
  expectBook(
    'levels: 1',
    `
    ids  bids  asks  | last_update  bids  valid  held
    9-9  10x4        |                           1
    7    9x5   11x2  |                           1
    8    9x6   11x2  | 9            10x4  true       `,
  )
})

test('of a spot stream, takes a change that begins at the next update id or before', () => {
  expectBook(
    'levels: 1',
    `
    ids    bids  asks  | last_update  valid  held  fate
    7      9x5   11x2  | 7            true
    8-9    9x6         | 9            true
    5-10   9x7         | 10           true
    12-12  9x8         | 10           false  1          `,
  )
})

test('of a futures stream, takes a change that names the change before it', () => {
  expectBook(
    'levels: 1',
    `
    ids    previous  bids  asks  | last_update  valid  held
    7                9x5   11x2  | 7            true
    9-12   5         9x6         | 12           true
    30-31  12        9x7         | 31           true
    40-41  30        9x8         | 31           false  1         `,
  )
  expectBook(
    'levels: 1',
    `
    ids    previous  bids  asks  | last_update  valid  held
    7                9x5   11x2  | 7            true
    9-12   8         9x6         | 7            false  1         `,
  )
})

test('meets what it has already with the duplicate fate, waiting or not', () => {
  expectBook(
    'levels: 1',
    `
    ids  bids  asks  | last_update  bids  held  fate
    8-9  9x6         |                    1
    8-9  9x7         |                          duplicate
    7    9x5   11x2  | 9            9x6
    8-9  9x8         |                          duplicate
    9    9x8   11x2  |                          duplicate
    8    9x8   11x2  |                          duplicate
    12   9x9   11x2  | 12           9x9             `,
  )
})

test('says once that a gap has made the book invalid, until a snapshot', () => {
  expectBook(
    'levels: 2',
    `
    time  ids    bids      asks  | time  last_update  bids      valid  held  fate
    1     7      9x5,8x1   11x2  | 1     7            9x5,8x1   true
    2     9-9    10x3            | 2     7            9x5,8x1   false  1
    3     10-10  10x4            |                                     1
    4     10-10  10x4            |                                           duplicate
    5     11-11  8x0             |                                     1
    6     8      9x5,8x1   11x2  | 6     11           10x4,9x5  true
    7     12-12  10x0            | 7     12           9x5       true           `,
  )
})

test('with on_gap: fail, meets a gap with the bad fate, and says it with what comes next', () => {
  expectBook(
    'levels: 1, on_gap: fail',
    `
    ids    bids  asks  | last_update  bids  valid  held  fate
    7      9x5   11x2  | 7            9x5   true
    9-9    10x3        |                                 bad
    10-10  10x4        | 7            9x5   false  1
    11-11  10x5        |                           1
    8      9x5   11x2  | 11           10x5  true              `,
  )
})

test('forgets what waited when a gap follows it, and counts it', () => {
  expectBook(
    'levels: 1',
    `
    ids  bids  asks  | last_update  bids  held
    2-2  9x1         |                    1
    3-3  9x2         |                    1
    6-6  9x3         |                    3
    1    9x9   11x2  |                    1
    5    9x9   11x2  | 6            9x3            `,
  )
})

test('lets no more than `buffer` changes wait, and counts those that go', () => {
  expectBook(
    'levels: 1, buffer: 2',
    `
    ids  bids  asks  | last_update  bids  held
    2-2  9x1         |                    1
    3-3  9x2         |                    1
    4-4  9x3         |                    2
    1    9x9   11x2  |                    1
    2    9x9   11x2  | 4            9x3            `,
  )
})

test('remembers `depth` levels of a side, the best ones', () => {
  expectBook(
    'levels: 2, depth: 2',
    `
    ids  bids          asks         | bids       asks
    7    9x5,8x1,7x4   11x2,500x1   | 9x5,8x1    11x2,500x1
    8-8  10x3,7x4                   | 10x3,9x5   11x2,500x1
    9-9  10x0          12x1         | 9x5        11x2,12x1
    10-10  7x1         12x0         | 9x5,7x1    11x2        `,
  )
})

test('says once that a side is empty, with the last known top, and holds what follows', () => {
  expectBook(
    'levels: 1',
    `
    ids    bids  asks  | last_update  bid  ask  mid  bids  asks  valid  held
    7      9x5         |                                                1
    8-8          11x2  | 8            9    11   10   9x5   11x2  true
    9-9    9x0         | 9            9    11   10   -     11x2  false  1
    10-10        12x1  |                                                1
    11-11  8x1         | 11           8    11   9.5  8x1   11x2  true       `,
  )
})

test('shows a crossed book as it is', () => {
  expectBook(
    'levels: 1',
    `
    ids  bids  asks  | bid  ask  spread  valid
    7    9x5   11x2  | 9    11   2       true
    8-8  12x1        | 12   11   -1      true      `,
  )
})

test('has a time that never goes back, though clocks of snapshots and changes differ', () => {
  expectBook(
    'levels: 1',
    `
    time  ids  bids  asks  | time  last_update  valid
    9     7    9x5   11x2  | 9     7            true
    8     8-8  9x6         | 9     8            true
    10    9-9  9x7         | 10    9            true       `,
  )
})

test('meets levels that are no numbers and ids that run back with the bad fate', () => {
  expectBook(
    'levels: 1',
    `
    ids    previous  bids           asks        | bids      asks      valid  fate
    7                9x5            11x2        | 9x5       11x2      true
    8-8              9x-1                       |                            bad
    8-8              NaNx1                      |                            bad
    8-8                             Infinityx1  |                            bad
    8-8                             12xInfinity |                            bad
    8-8                             1e308x1     |                            bad
    9-8                                         |                            bad
    8-8    8                                    |                            bad
    8-8              -9x1,5e-324x1  1e149x1     | 9x5       11x2      true
    9-9              9x0            11x0        | 5e-324x1  1e+149x1  true
    10-10            5e-324x0                   | -9x1      1e+149x1  true    `,
  )
})

test('leaves what it remembers as it was when a record is bad or a duplicate', () => {
  const book = openBook('levels: 1')
  const levels = { bids: [{ price: 9, size: 1 }], asks: [{ price: 11, size: 1 }] }
  const change = { symbol: 'A', time: 1, received: 1, previous_update: null, ...levels }
  book.take({ ...change, first_update: 7, last_update: 7, snapshot: true })
  const before = book.committed()
  expect(before.size).toBeGreaterThan(0)
  const refused: readonly Value[] = [
    { first_update: 8, last_update: 8, snapshot: false, bids: [{ price: 9, size: -1 }] },
    { first_update: 7, last_update: 7, snapshot: false, bids: [{ price: 9, size: 2 }] },
    { first_update: 7, last_update: 7, snapshot: true, bids: [] },
  ]
  for (const each of refused) {
    expect(book.take({ ...change, ...each }).fate).toBeDefined()
    expect(book.committed()).toEqual(before)
  }
})

const DEPTH = `symbol: A, time: 1s, received: 1s, first_update: 7, last_update: 7, snapshot: true`

testExample(
  'goes to a topic of market/Book',
  `
topology: ladder
topics:
  depth: { topic: depth, schema: market/Depth, key: symbol, time: time, available: received }
  books: { topic: books, schema: market/Book, key: symbol }
  deep: { topic: deep, schema: market/Book, key: symbol }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
  ladder: { from: depth, book: { }, to: books }
  near: { from: ladder, filter: valid && bid_size > 1, to: deep }
---
tests:
  - it: keeps the key and the time
    feed:
      depth:
        - value: { ${DEPTH}, bids: [{ price: 9, size: 2 }], asks: [{ price: 11, size: 1 }] }
    then: [crash]
    expect:
      books:
        - { key: A, time: 1s, value: { received: 1s, bid: 9, ask: 11, valid: true } }
      deep:
        - { key: A, time: 1s, value: { bids: [{ price: 9, size: 2 }] } }
`,
)

test('refuses an input that is no depth, and says what is missing and what misfits', () => {
  const columns = 'time key last_update:string previous_update:long?'
  expect(refusal('book', 'levels: 5', columns)).toMatchInlineSnapshot(`
    "error[fields-exist]: the input has no "first_update", "snapshot", "bids", "asks"
      topology.yaml:8:5
        |
      8 |     book:
        |     ^^^^ give the topic \`schema: market/Depth\`

    error[types-agree]: "last_update" is string, where \`book\` takes long
      topology.yaml:8:5
        |
      8 |     book:
        |     ^^^^ give the topic \`schema: market/Depth\`

    2 errors"
  `)
})

testExample(
  'refuses to remember less than it gives out',
  `
topology: shallow
topics:
  depth: { topic: depth, schema: market/Depth, key: symbol, time: time }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  ladder: { from: depth, book: { levels: 20, depth: 10 } }
---
warning[streams-used]: nothing reads step "ladder", and it writes no topic
  topology.yaml:6:3
    |
  6 |   ladder: { from: depth, book: { levels: 20, depth: 10 } }
    |   ^^^^^^ add \`to:\`, or remove it

error[config-typed]: "depth" remembers fewer levels than the 20 given out
  topology.yaml:6:53
    |
  6 |   ladder: { from: depth, book: { levels: 20, depth: 10 } }
    |                                                     ^^ remember more

1 error, 1 warning
`,
)

testExample(
  'refuses a key that every book has as a field of its own',
  `
topology: clash
topics:
  depth: { topic: depth, schema: market/Depth, key: last_update, time: time }
fate: { bad: skip, late: skip, duplicate: skip }
steps:
  ladder: { from: depth, book: { } }
---
warning[streams-used]: nothing reads step "ladder", and it writes no topic
  topology.yaml:6:3
    |
  6 |   ladder: { from: depth, book: { } }
    |   ^^^^^^ add \`to:\`, or remove it

error[names-unique]: "last_update" is part of the key, and a field of every book
  topology.yaml:6:26
    |
  6 |   ladder: { from: depth, book: { } }
    |                          ^^^^ rename the key field with \`normalize\`

1 error, 1 warning
`,
)
