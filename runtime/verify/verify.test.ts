import { expect, test } from 'vitest'
import type { InputItem } from '../../connectors/file/input-record.ts'
import { statefulFunctions } from '../../operators/functions/index.ts'
import { operators as shipped } from '../../operators/index.ts'
import { operator, type Operator, type Step } from '../../operators/operator.ts'
import { builtInSchemas } from '../../schemas/built-in.ts'
import { checkTopology } from '../../topology/check-topology.ts'
import { struct } from '../../topology/config.ts'
import type { Plan } from '../../topology/plan.ts'
import { type Verdict, verify } from './verify.ts'

const SECOND = 1_000_000

/** Passes each trade with another price: what `price` makes of it. */
function priced(name: string, price: (key: string, price: number) => number): Operator {
  return operator({
    name,
    summary: 'Changes the price.',
    config: struct({}),
    fates: ['bad'],
    infer: ({ input }) => ({ outputs: { main: input }, stores: {}, lookback: 0 }),
    example: '',
    step: (): Step => ({
      onRecord: ({ key, value }, turn) => {
        if (value === null) return
        turn.emit({ ...value, price: price(key, Number(value.price)) })
      },
    }),
  })
}

/** Remembers across runs, and so knows the future the second time. */
function peek(): Operator {
  let highest = 0
  return priced('peek', (_, price) => (highest = Math.max(highest, price)))
}

/** Keeps its state in a variable instead of a store: right until the first crash. */
function forgetful(): Operator {
  const made = priced('forgetful', (_, price) => price)
  return {
    ...made,
    step: () => {
      let seen = 0
      return {
        onRecord: ({ value }, turn) => {
          if (value !== null) turn.emit({ ...value, price: (seen += 1) })
        },
      }
    },
  }
}

function topology(doubtful: string): string {
  return `
topology: doubtful
topics:
  trades:
    topic: trades
    schema: market/Trade
    key: symbol
    time: time
    available: received
    partitions: 3
  results: { topic: results, schema: market/Trade, key: symbol, partitions: 3 }
fate: { bad: dead-letter, late: dead-letter, duplicate: skip }
steps:
  sound: { from: trades, filter: price > 0 }
  doubtful: { from: sound, ${doubtful} }
  together: { from: doubtful, filter: size > 0, key: all }
  spread: { from: together, filter: price > 0, key: symbol, to: results }
`
}

function planOf(text: string, operators: ReadonlyMap<string, Operator>): Plan {
  const catalogue = { operators, functions: statefulFunctions, schemas: builtInSchemas }
  const { plan, diagnostics } = checkTopology({ path: 'topology.yaml', text }, catalogue, {
    files: { read: () => undefined },
  })
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics))
  return plan
}

function trades(count: number): readonly InputItem[] {
  return Array.from({ length: count }, (_, index): InputItem => {
    const [time, available] = [index * SECOND, (index + (index % 3)) * SECOND]
    const price = index % 40 === 7 ? Number.NaN : ((index * 7) % 31) + 1
    const symbol = `S${(index * 5) % 7}`
    const about = { symbol, price, size: 1, side: null, trade_id: null }
    const value = { ...about, time, received: available }
    return { kind: 'record', value, time, available, place: `trades.csv:${index + 2}` }
  })
}

async function verdicts(step: string, own?: Operator, records?: number) {
  const operators = new Map([...shipped, ...(own ? [[own.name, own] as const] : [])])
  const found: Verdict[] = []
  const { digests, records: ran } = await verify({
    plan: planOf(topology(step), operators),
    operators,
    inputs: new Map([['trades', trades(160)]]),
    range: { from: undefined, to: undefined },
    records,
    seeds: 3,
    elsewhere: undefined,
    onBegin: () => undefined,
    onTrial: () => undefined,
    onVerdict: (verdict) => void found.push(verdict),
  })
  return { found, digests, ran, wrong: found.filter(({ difference }) => difference) }
}

test('finds nothing in a topology that keeps the promises', async () => {
  const { wrong, found, digests } = await verdicts('filter: price < 30')
  expect(wrong).toEqual([])
  expect(new Set(found.map(({ check }) => check))).toEqual(
    new Set([
      'engine-agrees',
      'prefixes-stay',
      'commit-sizes-agree',
      'commit-intervals-agree',
      'worker-counts-agree',
      'crashes-leave-no-trace',
      'log-faults-leave-no-trace',
    ]),
  )
  expect(digests.get('results')).toMatch(/^[0-9a-f]{64}$/)
  expect(digests.get('results')).not.toMatch(/^0+$/)
})

test('really disturbs what it says it disturbs', async () => {
  const { found } = await verdicts('filter: price < 30')
  const done = (check: string): readonly string[] =>
    found.filter((each) => each.check === check).flatMap(({ disturbances }) => disturbances)
  for (const stage of ['before', 'middle', 'after']) {
    expect(done('crashes-leave-no-trace').join('\n')).toContain(`dies ${stage}`)
  }
  expect(done('log-faults-leave-no-trace').join('\n')).toContain('aborted')
  expect(done('log-faults-leave-no-trace').join('\n')).toContain('outcome-unknown')
  expect(done('crashes-leave-no-trace').length).toBeGreaterThan(8)
})

test('names the step that remembers what an earlier run saw, and the record', async () => {
  const { wrong } = await verdicts('peek: {}', peek())
  const [first] = wrong
  expect(first?.check).toBe('engine-agrees')
  expect(first?.difference?.noticed).toBe('topic "results" differs')
  expect(first?.difference?.found).toMatchObject({
    step: 'doubtful',
    operator: 'peek',
    stream: 'doubtful',
    number: 1,
    expected: { value: { price: 1 } },
    actual: { value: { price: 31 } },
  })
})

test('names the step whose value is drawn by lot', async () => {
  let drawn = 0
  // Any other number every time that it is asked, as Math.random would give.
  const { wrong } = await verdicts(
    'random: {}',
    priced('random', () => (drawn += 1)),
  )
  expect(wrong[0]).toMatchObject({
    check: 'engine-agrees',
    difference: { found: { step: 'doubtful', operator: 'random' } },
  })
})

test('names the step that keeps its state in a variable', async () => {
  const { wrong, found } = await verdicts('forgetful: {}', forgetful())
  const checks = new Set(wrong.map(({ check }) => check))
  expect(checks).toEqual(new Set(['crashes-leave-no-trace', 'log-faults-leave-no-trace']))
  expect(found.find(({ check }) => check === 'prefixes-stay')?.difference).toBeUndefined()
  for (const { difference } of wrong) expect(difference?.found?.step).toBe('doubtful')
})

test('runs only as much of the history as it is told to', async () => {
  const { ran, wrong } = await verdicts('filter: price < 30', undefined, 50)
  expect(wrong).toEqual([])
  // Records of one instant stay together.
  expect(ran).toBeGreaterThanOrEqual(50)
  expect(ran).toBeLessThan(60)
})

test('compares what another process gives, and says why where it gave nothing', async () => {
  const own = new Map(shipped)
  const found: Verdict[] = []
  await verify({
    plan: planOf(topology('filter: price < 30'), own),
    operators: own,
    inputs: new Map([['trades', trades(20)]]),
    range: { from: undefined, to: undefined },
    records: undefined,
    seeds: 0,
    elsewhere: () => Promise.reject(new Error('no such time zone')),
    onBegin: () => undefined,
    onTrial: () => undefined,
    onVerdict: (verdict) => void found.push(verdict),
  })
  const wrong = found.filter(({ difference }) => difference)
  expect(wrong).toEqual([
    {
      check: 'wall-clocks-agree',
      trial: 'another time zone and wall clock',
      disturbances: [],
      difference: {
        noticed: 'the run stopped: no such time zone',
        found: undefined,
        hasPassed: false,
      },
    },
  ])
})
