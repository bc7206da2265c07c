import { expect, test } from 'vitest'
import { testExample } from '../test/examples.ts'
import { expectJoin, joinRefusal } from '../test/expect-join.ts'

test('finds the last value of its key that was available, from the first record on', () => {
  expectJoin(
    'mood: { with: table, missing: null }',
    `
    from   time  available  key  x |  x  mood
    main   0s    0s         A    1 |  1  -
    table  1s    5s         A    7 |
    table  2s    6s         B    8 |
    main   3s    3s         A    2 |  2  -
    main   5s    6s         A    3 |  3  7
    main   6s    7s         B    4 |  4  8
    table  7s    8s         A    9 |
    main   8s    9s         B    5 |  5  8
    main   9s    9s         A    6 |  6  9   `,
  )
})

test('of one instant, the topic that ranks first comes first: by rank, then by name', () => {
  const table = (found: string): string => `
    from   time  key  x |  x  mood
    table  1s    A    7 |
    main   1s    A    1 |  1  ${found}  `
  expectJoin('mood: { with: table, missing: null }', table('-'))
  expectJoin('mood: { with: table, missing: null }', table('7'), { table: 'rank: 1' })
})

test('a late-comer with an older event time replaces nothing, one of the same time does', () => {
  expectJoin(
    'mood: { with: table, missing: null }',
    `
    from   time  available  key  x |  x  mood
    table  5s    5s         A    7 |
    table  4s    6s         A    8 |
    main   7s    7s         A    1 |  1  7
    table  5s    8s         A    9 |
    main   9s    9s         A    2 |  2  9   `,
  )
})

test('as_of: time finds the version that held at the event time, of those available', () => {
  expectJoin(
    'mood: { with: table, as_of: time, max_age: 10s, missing: null }',
    `
    from   time  available  key  x |  x  mood
    table  5s    6s         A    7 |
    main   4s    7s         A    1 |  1  -
    main   5s    8s         A    2 |  2  7
    table  3s    9s         A    8 |
    table  8s    9s         A    9 |
    main   4s    10s        A    3 |  3  8
    main   7s    10s        A    4 |  4  7
    main   9s    10s        A    5 |  5  9
    table  7s    12s        A    6 |
    main   7s    13s        A    6 |  6  6   `,
  )
})

test('of versions of one event time the last to arrive holds', () => {
  expectJoin(
    'mood: { with: table, as_of: time, max_age: 10s, missing: null }',
    `
    from   time  available  key  x |  x  mood
    table  5s    5s         A    7 |
    table  5s    6s         A    8 |
    main   5s    7s         A    1 |  1  8   `,
  )
})

test('max_age is inclusive: since it was available, or as_of: time since its event time', () => {
  expectJoin(
    'mood: { with: table, max_age: 2s, missing: null }',
    `
    from   time     available  key  x |  x  mood
    table  0s       5s         A    7 |
    main   7s       7s         A    1 |  1  7
    main   7s       7000001    A    2 |  2  -  `,
  )
  expectJoin(
    'mood: { with: table, as_of: time, max_age: 2s, missing: null }',
    `
    from   time     available  key  x |  x  mood
    table  3s       5s         A    7 |
    main   5s       9s         A    1 |  1  7
    main   5000001  9s         A    2 |  2  -  `,
  )
})

test.each([
  ['hold', '', '3  7'],
  ['null', '1  -', '3  -'],
  ['fail', '         bad', '         bad'],
])('missing: %s', (missing, never, old) => {
  expectJoin(
    `mood: { with: table, max_age: 2s, missing: ${missing} }`,
    `
    from   time  key  x |  x  mood  fate
    main   1s    A    1 |  ${never}
    table  2s    A    7 |
    main   4s    A    2 |  2  7
    main   5s    A    3 |  ${old}   `,
  )
})

test('a record without a value deletes its key and no other', () => {
  expectJoin(
    'mood: { with: table, missing: null }',
    `
    from   time  key  x |  x  mood
    table  1s    A    7 |
    table  1s    B    8 |
    table  2s    A    - |
    main   3s    A    1 |  1  -
    main   3s    B    2 |  2  8
    table  4s    A    9 |
    main   5s    A    3 |  3  9   `,
    { table: 'table: latest' },
  )
})

test('on: looks up another key of a table that every task holds', () => {
  expectJoin(
    'mood: { with: table, on: ref, missing: null }',
    `
    from   time  key  x  ref |  x  mood
    table  1s    B    7      |
    main   2s    A    1  B   |  1  7
    main   2s    B    2  A   |  2  -
    main   2s    A    3  A   |  3  -    `,
    { table: 'table: latest, copies: all' },
  )
})

test('a history keeps every version and looks up by event time unless it is told otherwise', () => {
  const table = (found: string, last: string): string => `
    from   time  available  key  x |  x  mood
    table  1s    1s         A    7 |
    table  90d   90d        A    8 |
    main   0s    91d        A    1 |  1  ${found}
    main   2s    91d        A    2 |  2  ${last}  `
  expectJoin('mood: { with: table, missing: null }', table('-', '7'), { table: 'table: history' })
  const available = 'mood: { with: table, as_of: available, missing: null }'
  expectJoin(available, table('8', '8'), { table: 'table: history' })
})

test('one stream is looked up under two names, each by its own rule', () => {
  expectJoin(
    `
last: { with: table, missing: null }
then: { with: table, as_of: time, max_age: 3s, missing: null }`,
    `
    from   time  available  key  x |  x  last  then
    table  1s    1s         A    7 |
    table  5s    5s         A    8 |
    main   4s    6s         A    1 |  1  8     7
    main   0s    7s         A    2 |  2  8     -    `,
  )
})

test('keeps what a record within max_age and lateness can ask for', () => {
  expectJoin(
    'mood: { with: table, as_of: time, max_age: 2s, missing: null }',
    `
    from   time  available  key  x |  x  mood
    table  1s    1s         A    5 |
    table  2s    2s         A    6 |
    table  6s    6s         A    7 |
    main   6s    7s         A    1 |  1  7
    table  9s    9s         A    8 |
    main   9s    10s        A    2 |  2  8
    main   7s    11s        A    3 |  3  7
    main   4s    12s        A    4 |  4  6   `,
    { main: 'lateness: 5s' },
  )
})

// The bound on memory has its price: a driving stream that lags behind the table by more than this
// finds nothing, though there was something. `lateness` on its topic buys the time back.
test('forgets a version once a driving record has passed it by max_age and lateness', () => {
  const config = 'mood: { with: table, as_of: time, max_age: 2s, missing: null }'
  const table = (then: string): string => `
    from   time  available  key  x |  x  mood  fate
    table  1s    1s         A    5 |
    table  60s   60s        A    6 |
    table  90s   90s        A    7 |
    main   2s    92s        A    1 |  1  5
    main   61s   93s        A    2 |  2  6
    main   95s   95s        A    3 |  3  -
    main   91s   96s        A    4 |  4  7
    main   61s   97s        A    5 |  ${then}`
  expectJoin(config, table('         late'))
  expectJoin(config, table('5  6'), { main: 'lateness: 60s' })
})

test('a version that another of its event time replaced is not missed when it is forgotten', () => {
  expectJoin(
    'mood: { with: table, as_of: time, max_age: 2s, missing: null }',
    `
    from   time  available  key  x |  x  mood
    table  5s    5s         A    7 |
    table  5s    6s         A    8 |
    main   9s    9s         A    1 |  1  -
    main   4s    10s        A    2 |  2  -
    main   6s    11s        A    3 |  3  8   `,
  )
})

test('a late deletion does not delete what is newer', () => {
  expectJoin(
    'mood: { with: table, missing: null }',
    `
    from   time  available  key  x |  x  mood
    table  5s    5s         A    7 |
    table  4s    6s         A    - |
    main   7s    7s         A    1 |  1  7
    table  8s    8s         A    - |
    table  6s    9s         A    8 |
    main   9s    9s         A    2 |  2  -
    main   9s    10s        A    3 |  3  -   `,
    { table: 'rank: 1, table: latest' },
  )
})

test('a deletion in a history holds from its event time on', () => {
  expectJoin(
    'mood: { with: table, missing: null }',
    `
    from   time  available  key  x |  x  mood
    table  1s    1s         A    7 |
    table  5s    5s         A    - |
    main   4s    6s         A    1 |  1  7
    main   5s    6s         A    2 |  2  -
    table  3s    7s         A    8 |
    main   4s    8s         A    3 |  3  8
    main   5s    8s         A    4 |  4  -  `,
    { table: 'table: history' },
  )
})

testExample(
  'a look-up of what the same record changes sees the change',
  `
topology: same-record
topics:
  quotes: { topic: quotes, schema: market/Quote, key: symbol, time: time }
fate: { bad: dead-letter, late: fail, duplicate: fail }
steps:
  a_first:
    from: quotes
    filter: bid > 0
  b_mean:
    from: quotes
    indicator:
      mean: sma(bid, 2)
  joined:
    from: a_first
    enrich:
      other: { with: b_mean, missing: null }
---
tests:
  - it: sees the mean that this record made
    feed:
      quotes:
        - value: { symbol: A, bid: 1, ask: 9, time: 1s }
        - value: { symbol: A, bid: 3, ask: 9, time: 2s }
        - value: { symbol: B, bid: 5, ask: 9, time: 3s }
        - value: { symbol: A, bid: 5, ask: 9, time: 4s }
    then: [crash]
    expect:
      joined:
        - value: { bid: 1, other: null }
        - value: { bid: 3, other: { bid: 3, mean: 2 } }
        - value: { bid: 5, other: null }
        - value: { bid: 5, other: { bid: 5, mean: 4 } }
`,
)

test('carries the least and greatest doubles of what it finds', () => {
  expectJoin(
    'mood: { with: table }',
    `
    from   time  key  x      |  x  mood
    table  1s    A    1e308  |
    table  1s    B    5e-324 |
    table  1s    C    -0     |
    main   2s    A    1      |  1  1e+308
    main   2s    B    2      |  2  5e-324
    main   2s    C    3      |  3  0       `,
  )
})

test('a key that has no finite value or cannot be converted is bad', () => {
  const refs = 'mood: { with: table, on: "string(long(ref))", missing: null }'
  expectJoin(
    refs,
    `
    from   time  key  x  ref |  x  mood  fate
    table  1s    7    5      |
    main   2s    A    1  7   |  1  5
    main   2s    A    2  x   |           bad
    main   2s    A    3  07  |  3  5          `,
    { table: 'table: latest, copies: all' },
  )
})

test('refuses names that exist, keys of other tasks or shapes, endless memory', () => {
  const all = { table: 'table: latest, copies: all' }
  expect(joinRefusal('x: { with: table }')).toMatchInlineSnapshot(`
    "error[names-unique]: field "x" is in the input already
      topology.yaml:10:7
         |
      10 |       x: { with: table }
         |       ^ choose another name

    1 error"
  `)
  expect(joinRefusal('mood: { with: tabel }')).toMatchInlineSnapshot(`
    "error[streams-known]: there is no topic or step "tabel"
      topology.yaml:10:21
         |
      10 |       mood: { with: tabel }
         |                     ^^^^^ did you mean "table"?
         |
         = topics: main, table
         = steps: subject

    1 error"
  `)
  expect(joinRefusal('mood:\n  with: table\n  on: ref')).toMatchInlineSnapshot(`
    "error[keys-agree]: "mood" looks up a key of another task in "table"
      topology.yaml:12:13
         |
      12 |         on: ref
         |             ^^^ declare the topic with \`table: latest, copies: all\` for every task

    1 error"
  `)
  expect(joinRefusal('mood: { with: table, on: [key, ref] }', all)).toMatchInlineSnapshot(`
    "error[keys-agree]: "mood" looks up 2 values in a key of 1
      topology.yaml:10:28
         |
      10 |       mood: { with: table, on: [key, ref] }
         |                            ^^ give one expression each for: key

    1 error"
  `)
  expect(joinRefusal('mood:\n  with: table\n  as_of: time')).toMatchInlineSnapshot(`
    "error[joins-look-back]: "mood" would keep every version of "table" for ever
      topology.yaml:12:16
         |
      12 |         as_of: time
         |                ^^^^ add \`max_age\`, or declare the topic as \`table: history\`

    1 error"
  `)
  expect(joinRefusal('mood: { with: table, missing: skip }')).toMatchInlineSnapshot(`
    "error[config-typed]: "missing" takes one of hold, null, fail, not "skip"
      topology.yaml:10:37
         |
      10 |       mood: { with: table, missing: skip }
         |                                     ^^^^

    1 error"
  `)
  expect(joinRefusal('mood: { max_age: 2s }')).toMatchInlineSnapshot(`
    "error[config-complete]: "mood" needs "with"
      topology.yaml:10:7
         |
      10 |       mood: { max_age: 2s }
         |       ^^^^ add "with:"
         |
         = with: The stream that is looked up.

    1 error"
  `)
  expect(joinRefusal('mood: { with: table, on: x }', all)).toMatchInlineSnapshot(`
    "error[types-agree]: "x" is double where the key "key" of "table" is string
      topology.yaml:10:32
         |
      10 |       mood: { with: table, on: x }
         |                                ^ convert it

    1 error"
  `)
})
