import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectTable, refusal } from '../test/expect-table.ts'
import { ENGINES, givenOf, runStep, someTicks, type Ticks, withClock } from '../test/run-step.ts'

test('drops a record whose id passed within the time, per key', () => {
  expectTable(
    'dedupe',
    'by: id\nwithin: 10m',
    `
    time   key  id |  id   fate
    0s     BTC  1  |  1
    60s    BTC  1  |       duplicate
    60s    ETH  1  |  1
    600s   BTC  1  |       duplicate
    601s   BTC  1  |  1
    602s   BTC  1  |       duplicate  `,
  )
})

test('remembers by the clock, not by event time, and a duplicate prolongs nothing', () => {
  expectTable(
    'dedupe',
    'by: id\nwithin: 10s',
    `
    time  available  key  id:string |  id   fate
    50s   1s         A    x         |  x
    1s    11s        A    x         |       duplicate
    2s    11000001   A    x         |  x                `,
  )
})

test('remembers the last ones that passed, however long ago that is', () => {
  expectTable(
    'dedupe',
    'by: id\nlast: 2',
    `
    time   key  id |  id   fate
    0s     A    1  |  1
    1s     A    2  |  2
    9000s  A    1  |       duplicate
    9001s  A    3  |  3
    9002s  A    1  |  1
    9003s  B    1  |  1
    9004s  A    3  |       duplicate
    9005s  A    2  |  2              `,
  )
})

test('with both bounds, remembers the last ones that passed within the time', () => {
  expectTable(
    'dedupe',
    'by: id\nwithin: 10s\nlast: 2',
    `
    time  key  id |  id   fate
    0s    A    1  |  1
    11s   A    1  |  1
    12s   A    2  |  2
    13s   A    1  |       duplicate
    14s   A    3  |  3
    15s   A    1  |  1              `,
  )
})

test('tells records apart by several values and by what is computed of them', () => {
  expectTable(
    'dedupe',
    'by: [venue, price * 100]\nlast: 9',
    `
    time  key  venue:string  price |  venue  price  fate
    0s    A    x             1.5   |  x      1.5
    1s    A    y             1.5   |  y      1.5
    2s    A    x             1.25  |  x      1.25
    3s    A    y             1.5   |                duplicate
    4s    A    x,150         0     |  x,150  0
    5s    A    x,150         -0    |                duplicate  `,
  )
})

test('lets records without an id pass: nothing says that they are the same', () => {
  expectTable(
    'dedupe',
    'by: [id, venue]\nwithin: 1h',
    `
    time  key  id:string?  venue:string |  id  venue  fate
    0s    A    -           x            |  -   x
    1s    A    -           x            |  -   x
    2s    A    null        x            |  null  x
    3s    A    null        x            |            duplicate  `,
  )
})

test('an id that cannot be computed is bad and is not remembered', () => {
  expectTable(
    'dedupe',
    'by: price / size\nlast: 9',
    `
    time  key  price  size |  price  fate
    0s    A    1      0    |         bad
    1s    A    1e308  1    |  1e+308
    2s    A    1e308  1    |         duplicate
    3s    A    5e-324 1    |  5e-324
    4s    A    0      1    |  0               `,
  )
})

test('refuses to remember for ever, and what tells nothing apart', () => {
  expect(refusal('dedupe', 'by: id', 'time key id')).toMatchInlineSnapshot(`
    "error[config-complete]: "dedupe" would remember every record for ever
      topology.yaml:8:5
        |
      8 |     dedupe:
        |     ^^^^^^ add \`within:\`, or \`last:\`

    1 error"
  `)
  expect(refusal('dedupe', 'within: 1m', 'time key id')).toMatchInlineSnapshot(`
    "error[config-complete]: "dedupe" needs "by"
      topology.yaml:8:5
        |
      8 |     dedupe:
        |     ^^^^^^ add "by:"
        |
        = by: What tells records of a key apart, such as a trade id; where it is null a record
          passes.

    1 error"
  `)
  expect(refusal('dedupe', 'by: raw\nlast: 9', 'time key raw:bytes')).toMatchInlineSnapshot(`
    "error[types-agree]: "raw" is bytes, which does not tell records apart
      topology.yaml:9:11
        |
      9 |       by: raw
        |           ^^^ name values that do, such as an id

    1 error"
  `)
  expect(refusal('dedupe', 'by: id\nlast: 0', 'time key id')).toMatchInlineSnapshot(`
    "error[config-typed]: "last" takes a number of 1 or more
      topology.yaml:10:13
         |
      10 |       last: 0
         |             ^

    1 error"
  `)
})

interface Memory {
  readonly within?: number
  readonly last?: number
}

/** What passes by the definition: looked for among all that passed before. */
function passedOf(ticks: Ticks, symbol: string, { within, last }: Memory) {
  const passed: { id: string | null; time: number; available: number }[] = []
  let named: { id: string; clock: number }[] = []
  for (const { id, time, clock } of withClock(ticks).filter((tick) => tick.symbol === symbol)) {
    if (id !== null) {
      const near = named
        .slice(last === undefined ? 0 : -last)
        .filter((each) => within === undefined || clock - each.clock <= within)
      if (near.some((each) => each.id === id)) continue
      named = [...named, { id, clock }]
    }
    passed.push({ id, time, available: clock })
  }
  return passed
}

test.each(ENGINES)(
  'lets pass what a naive search lets pass, on the %s',
  async (engine, numRuns) => {
    const memory = fc.oneof(
      fc.record({ within: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ last: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ within: fc.integer({ min: 1, max: 30 }), last: fc.integer({ min: 1, max: 4 }) }),
    )
    await fc.assert(
      fc.asyncProperty(someTicks, memory, async (ticks, { within, last }: Memory) => {
        const bounds = [
          ...(within === undefined ? [] : [`within: ${within}ms`]),
          ...(last === undefined ? [] : [`last: ${last}`]),
        ]
        const config = `dedupe: { by: trade_id, ${bounds.join(', ')} }`
        const result = await runStep(engine, config, ticks)
        for (const symbol of ['A', 'B']) {
          const wanted = passedOf(ticks, symbol, {
            ...(within !== undefined && { within }),
            ...(last !== undefined && { last }),
          })
          expect(givenOf(result, symbol)).toEqual(wanted)
        }
      }),
      { numRuns },
    )
  },
)
