import { expect, test } from 'vitest'
import { duration, number, stream, struct, word } from '../../../topology/config.ts'
import type { Plan, PlannedStep } from '../../../topology/plan.ts'
import type { Signature } from '../../../topology/signature.ts'
import { MOMENTUM, planOf } from '../../plan-of.test-data.ts'
import { outcomeOf } from '../outcome.ts'
import { deskFacts, parameterFacts, stepFacts } from './plan-facts.ts'

const plan = planOf(MOMENTUM)

const EXECUTE = struct({
  market: stream({ summary: 'What it trades on.' }),
  portfolio: stream({ summary: 'What comes back.' }),
  fee: number({ summary: 'Fee as a share.' }),
  latency: duration({ summary: 'How long an order takes.' }),
  fills: word(['through', 'touch'], { summary: 'When a price is reached.' }),
})

test('says how orders are executed in the words of the operator', () => {
  const config = {
    market: { stream: 'marks' },
    portfolio: { stream: 'held' },
    fee: 0.0005,
    latency: 50_000,
    fills: 'touch',
  }
  const step = { id: 'filled', operator: 'execute', config } as PlannedStep
  const operators = new Map([['execute', { config: EXECUTE } as unknown as Signature]])
  expect(deskFacts({ ...plan, steps: [...plan.steps, step] }, { operators })).toEqual([
    {
      step: 'filled',
      operator: 'execute',
      settings: [
        { name: 'market', text: 'marks', about: 'What it trades on.' },
        { name: 'fee', text: '0.0005', about: 'Fee as a share.' },
        { name: 'latency', text: '50ms', about: 'How long an order takes.' },
        { name: 'fills', text: 'touch', about: 'When a price is reached.' },
      ],
    },
  ])
})

test('spells parameters out, also by field, and says which the command set', () => {
  const parameters: Plan['parameters'] = new Map([
    ['pause', { type: { kind: 'duration' }, value: 90_000_000 }],
    [
      'size',
      {
        type: { kind: 'double' },
        value: 1,
        per: { field: 'symbol', values: new Map([['BTC', 0.1]]) },
      },
    ],
  ])
  expect(parameterFacts({ ...plan, parameters }, { size: '1' })).toEqual([
    { name: 'pause', value: '90s', isSet: false },
    { name: 'size', value: '1 (by symbol: BTC: 0.1)', isSet: true },
  ])
})

test('parts what met a fate into skipped and dead-lettered, inputs first', () => {
  const fates = { bad: 3, late: 2, duplicate: 5 }
  const candles = {
    records: 20,
    emitted: 4,
    fates,
    held: new Map([
      ['a', 1],
      ['b', 2],
    ]),
  }
  const quotes = {
    records: 0,
    emitted: 0,
    fates: { bad: 1, late: 0, duplicate: 0 },
    held: new Map(),
  }
  const steps = new Map([
    ['candles', candles],
    ['quotes', quotes],
  ])
  const nothing = { outputs: new Map(), digests: new Map(), deadLetters: [], inputs: new Map() }
  const rest = { outside: new Map(), state: new Map(), timers: new Map() }
  const facts = stepFacts(plan, outcomeOf({ ...nothing, ...rest, steps }))
  expect(facts[0]).toMatchObject({ step: 'quotes', operator: '', bad: 1, deadLettered: 1 })
  expect(facts.find(({ step }) => step === 'candles')).toMatchObject({
    ...{ operator: 'bars', records: 20, emitted: 4, bad: 3, late: 2, duplicate: 5 },
    // Late ones are skipped there, bad ones dead-lettered, and duplicates skipped everywhere.
    ...{ skipped: 7, deadLettered: 3 },
    held: [
      { name: 'b', count: 2 },
      { name: 'a', count: 1 },
    ],
  })
})
