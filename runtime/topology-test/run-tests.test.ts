import { describe, expect, test } from 'vitest'
import { statefulFunctions } from '../../operators/functions/index.ts'
import { operators as shipped } from '../../operators/index.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { capOperator } from '../../test/cap-operator.ts'
import { renderDiagnostics } from '../../topology/render.ts'
import { runTests, type TestOutcome } from './run-tests.ts'

const operators = new Map([...shipped, ...capOperator])

const HEAD = `topology: desk
topics:
  quotes: { topic: quotes.v1, schema: market/Quote, key: symbol, time: time, partitions: 2 }
  trades:
    topic: trades.v1
    schema: market/Trade
    key: symbol
    time: time
    available: received
    partitions: 2
`

interface Files {
  readonly steps: string
  /** The fate of bad records. */
  readonly bad?: 'fail' | 'skip' | 'dead-letter'
  readonly tests: string
}

/** What a user is shown of the tests that did not pass, without excerpts. */
async function failures(files: Files): Promise<readonly string[]> {
  return (await outcomesOf(files)).flatMap(({ it, differences }) =>
    differences.map(({ code, message }) => `${it}: ${code}: ${message}`),
  )
}

/** The same on both. */
async function outcomesOf({ steps, bad = 'dead-letter', tests }: Files) {
  const text = `${HEAD}fate: { bad: ${bad}, late: fail, duplicate: fail }\nsteps:\n${steps}`
  const shown: (readonly TestOutcome[])[] = []
  for (const engine of ['engine', 'reference'] as const) {
    const { diagnostics, outcomes } = await runTests({
      topology: { path: 'desk.yaml', text },
      tests: { path: 'desk.test.yaml', text: `tests:\n${tests}` },
      catalogue: { operators, functions: statefulFunctions, schemas: builtInSchemas },
      operators,
      files: { read: () => undefined },
      engine,
    })
    expect(renderDiagnostics(diagnostics)).toBe('')
    shown.push(outcomes)
  }
  expect(shown[0]).toEqual(shown[1])
  return shown[0] ?? []
}

const INVERSE = '  inverse: { from: quotes, derive: { x: 1 / bid } }\n'

describe('says what differs, on the engine as on the reference', () => {
  test('a value, a missing record, one too many', async () => {
    const tests = `
  - it: a
    feed: { quotes: [{ value: { symbol: A, bid: 2, time: 1s } }] }
    expect: { inverse: [{ value: { x: 1 } }] }
  - it: b
    expect: { inverse: [{ value: { x: 1 } }] }
  - it: c
    feed: { quotes: [{ value: { symbol: A, bid: 2, time: 1s } }] }
    expect: { inverse: [] }
  - it: d
    feed: { quotes: [{ value: { symbol: A, bid: 2, time: 1s } }] }
    expect: { inverse: [{ value: { x: 0.5 } }] }`
    expect(await failures({ steps: INVERSE, tests })).toEqual([
      'a: test-fails: "x" is 0.5, not 1',
      'b: test-fails: "inverse" gives 0 records, this would be number 1',
      'c: test-fails: "inverse" gives 1 records instead of 0',
    ])
  })

  test('a record that stops the run, with its place', async () => {
    const tests = `
  - it: stops
    feed:
      quotes:
        - value: { symbol: A, bid: 2, time: 1s }
        - value: { symbol: A, bid: 0, time: 2s }
    expect: { inverse: [] }`
    expect(await failures({ steps: INVERSE, bad: 'fail', tests })).toEqual([
      'stops: test-fails: the run stops: step "inverse" cannot take the record at quotes[1]: ' +
        'value of "x" is not finite',
    ])
  })

  test('a cycle without end', async () => {
    const steps =
      '  gate: { from: quotes, cap: { back: wide, most: 2000000 } }\n' +
      '  wide: { from: [gate, again], merge: }\n' +
      '  again: { from: gate, filter: bid > 0 }\n'
    const tests = `
  - it: rests
    feed: { quotes: [{ value: { symbol: A, bid: 2, ask: 3, time: 1s } }] }
    expect: { gate: [{ value: { bid: 2 } }] }`
    expect(await failures({ steps, tests })).toEqual([])
  })
})

const HELD_AND_BAD = `
  - it: IT
    feed:
      quotes:
        - value: { symbol: A, bid: 0, time: 1s }
        - value: { symbol: A, bid: 4, time: 2s }
        - value: { symbol: A, bid: 0, time: 3s }
        - value: { symbol: A, bid: 2, time: 4s }
    expect: { small: [{ value: { x: EXPECTED } }] }`

test('says of a test that fails what did not pass, and why', async () => {
  const steps = `${INVERSE}  small: { from: inverse, filter: x > 0.3 }\n`
  const tests = (['fails', 'passes'] as const).map((it) =>
    HELD_AND_BAD.replace('IT', it).replace('EXPECTED', it === 'passes' ? '0.5' : '1'),
  )
  const [failed, passed] = await outcomesOf({ steps, tests: tests.join('') })
  expect(failed?.notPassed).toEqual([
    { step: 'inverse', what: 'bad', records: 2, reason: 'value of "x" is not finite' },
    { step: 'small', what: 'held', records: 1, reason: 'filtered' },
  ])
  expect(passed).toEqual({ it: 'passes', differences: [], notPassed: [] })
  const [skipped] = await outcomesOf({ steps, bad: 'skip', tests: tests.join('') })
  expect(skipped?.notPassed[0]).toEqual({ step: 'inverse', what: 'bad', records: 2 })
})

test('a dead letter says the place of its record, and null for what is not known', async () => {
  const tests = `
  - it: keeps letters
    feed:
      quotes:
        - value: { symbol: A, bid: 0, time: 1s }
        - value: { symbol: B, bid: 0, time: 2s }
        - value:
    expect:
      dead-letters:
        - value: { step: quotes, place: 'quotes[2]', key: null, time: null }
        - value: { step: inverse, place: 'quotes[0]', key: A, time: 1s, original: null }
        - value: { step: inverse, place: 'quotes[1]', key: B, time: 2s, stream: quotes }
    fates: { inverse: { bad: 2 }, quotes: { bad: 1 } }`
  expect(await failures({ steps: INVERSE, tests })).toEqual([])
})

test('a crash saves and loads the state of every step, and fires no timer early', async () => {
  const steps = `  bars: { from: trades, bars: { every: 10s } }
  trend: { from: bars, indicator: { mean: 'sma(close, 2)' } }\n`
  const row = (time: number, price: number): string =>
    `        - value: { symbol: A, price: ${price}, size: 1, time: ${time}s, received: ${time}s }\n`
  const tests = `
  - it: goes on
    given:
      trades:
${row(1, 1)}${row(11, 3)}    then: [crash, { advance: 5s }, crash, { advance: 5s }, crash]
    expect:
      bars: [{ value: { close: 1 } }, { value: { close: 3 } }]
      trend: [{ value: { mean: 2 } }]
    held: { trend: 1 }`
  expect(await failures({ steps, tests })).toEqual([])
})

test('a row without a value deletes its key from what is looked up', async () => {
  const steps = '  seen: { from: trades, enrich: { q: { with: quotes, missing: null } } }\n'
  const trade = (time: number): string =>
    `{ value: { symbol: A, price: 1, size: 1, time: ${time}s, received: ${time}s } }`
  const tests = `
  - it: forgets
    feed:
      quotes:
        - value: { symbol: A, bid: 7, time: 1s }
        - { key: A, time: 3s }
      trades: [${trade(2)}, ${trade(4)}]
    expect:
      seen: [{ value: { q: { bid: 7 } } }, { value: { q: null } }]`
  expect(await failures({ steps, tests })).toEqual([])
})

test('a time that is said beside the value stands in the field that holds it', async () => {
  const tests = `
  - it: agrees
    feed: { trades: [{ time: 1s, available: 5s, value: { symbol: A, price: 1 } }] }
    expect: { big: [{ time: 1s, available: 5s, value: { time: 1s, received: 5s } }] }
  - it: contradicts
    feed: { trades: [{ time: 1s, value: { symbol: A, time: 2s, received: 2s } }] }
    expect: { big: [] }`
  const steps = '  big: { from: trades, filter: price > 0 }\n'
  expect(await failures({ steps, tests })).toEqual([
    'contradicts: test-valid: "trades" takes its "time" from field "time", which says otherwise',
  ])
})

test('a slice is fed what its steps read of others, a broadcast in every task', async () => {
  const steps = `  told: { from: trades, filter: price > 0, key: broadcast }
  near: { from: quotes, filter: bid > 0 }
  seen: { from: near, enrich: { told: { with: told, on: "'Z'", missing: fail } } }\n`
  const quotes = ['A', 'B', 'D'].map(
    (symbol) => `{ key: ${symbol}, time: 2s, value: { symbol: ${symbol}, bid: 1, time: 2s } }`,
  )
  const seen = ['A', 'B', 'D'].map((key) => `{ key: ${key}, value: { told: { price: 9 } } }`)
  const tests = `
  - it: sees it in each
    with: { steps: [seen] }
    given: { told: [{ time: 1s, value: { symbol: Z, price: 9 } }] }
    feed: { near: [${quotes.join(', ')}] }
    expect:
      seen: [${seen.join(', ')}]`
  expect(await failures({ steps, tests })).toEqual([])
})
