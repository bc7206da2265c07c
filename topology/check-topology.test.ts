import { expect, test } from 'vitest'
import { catalogue, checkText, complete, expectChecked } from './check/harness.ts'
import { checkTopology } from './check-topology.ts'

test('it shows every mistake of a file in one run, sorted by place', () => {
  expectChecked(
    `
    topology: t
    parameters:
      every: { default: 1s, min: 2s }
    calendars: { utc: utc.yaml }
    topics:
      trades: { topic: a, schema: market/Trade, key: symbol, time: tiem }
      others: { topic: others, schema: market/Trade, key: symbol, time: time }
    steps:
      a: { from: trades, keep: pirce > 0 }
      b: { from: othesr, pass: }
      c: { from: others, gather: { every: 5 } }
      d: { from: others, keep: pirce > 0, to: out }
    `,
    `
    error[parameters-hold]: parameter "every" is below its least value 2s
      topology.yaml:3:21
        |
      3 |   every: { default: 1s, min: 2s }
        |                     ^^
        |
      topology.yaml:3:30
        |
      3 |   every: { default: 1s, min: 2s }
        |                              ^^ the bound is here

    error[calendars-found]: file "utc.yaml" is not there
      topology.yaml:4:19
        |
      4 | calendars: { utc: utc.yaml }
        |                   ^^^^^^^^ check the path, which starts at the topology's folder

    error[fields-exist]: schema market/Trade has no field "tiem"
      topology.yaml:6:64
        |
      6 |   trades: { topic: a, schema: market/Trade, key: symbol, time: tiem }
        |                                                                ^^^^ did you mean "time"?
        |
        = schema market/Trade has: symbol, price, size, time

    error[fields-exist]: stream "trades" has no field "pirce"
      topology.yaml:9:28
        |
      9 |   a: { from: trades, keep: pirce > 0 }
        |                            ^^^^^ did you mean "price"?
        |
        = stream "trades" has: symbol, price, size, time

    error[streams-known]: there is no topic or step "othesr"
      topology.yaml:10:14
         |
      10 |   b: { from: othesr, pass: }
         |              ^^^^^^ did you mean "others"?
         |
         = topics: others, trades
         = steps: a, b, c, d

    error[config-typed]: "every" takes a duration, not "5"
      topology.yaml:11:39
         |
      11 |   c: { from: others, gather: { every: 5 } }
         |                                       ^ write ms, s, m, h or d behind the number

    error[fields-exist]: stream "others" has no field "pirce"
      topology.yaml:12:28
         |
      12 |   d: { from: others, keep: pirce > 0, to: out }
         |                            ^^^^^ did you mean "price"?
         |
         = stream "others" has: symbol, price, size, time

    error[streams-known]: there is no topic "out"
      topology.yaml:12:43
         |
      12 |   d: { from: others, keep: pirce > 0, to: out }
         |                                           ^^^
         |
         = topics: others, trades
    `,
  )
})

test('it gives a plan where there are warnings only, and none where there is an error', () => {
  const warned = checkText(complete('topology: t\nsteps:\n  a: { from: trades, pass: }\n'))
  expect(warned.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
    ['warning', 'streams-used'],
  ])
  expect(warned.plan?.steps.map(({ id }) => id)).toEqual(['a'])
  const wrong = checkText(complete('topology: t\nsteps:\n  a: { from: tradez, pass: }\n'))
  expect(wrong.plan).toBeUndefined()
  expect(wrong.graph?.graph.order).toEqual(['a'])
})

test('it lets nothing follow from what cannot be read', () => {
  const text = `topology: t
steps:
  a: { pass: }
  b: { from: a, keep: price > 0 }
topics:
  trades: { schema: market/Trade, key: symbol }
`
  const { diagnostics } = checkText(complete(text))
  expect(diagnostics.map(({ code }) => code)).toEqual(['shape', 'shape'])
})

test('it never swallows a fault of ours', () => {
  const broken = {
    ...catalogue.operators.get('pass'),
    infer: () => {
      throw new Error('broken')
    },
  }
  const operators = new Map([...catalogue.operators, ['pass', broken as never]])
  const source = {
    path: 'topology.yaml',
    text: complete('topology: t\nsteps:\n  a: { from: trades, pass: }\n'),
  }
  const files = { read: () => undefined }
  expect(() => checkTopology(source, { ...catalogue, operators }, { files })).toThrow('broken')
})

function chainOf(length: number): string {
  const steps = Array.from({ length }, (_, index) => {
    const from = index === 0 ? 'trades' : `s${index - 1}`
    return `  s${index}: { from: ${from}, keep: price > ${index} }`
  })
  return complete(`topology: t\nsteps:\n${steps.reverse().join('\n')}\n`)
}

test('it checks and plans a chain of 10,000 steps', () => {
  const { diagnostics, plan } = checkText(chainOf(10_000))
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'nothing reads step "s9999", and it writes no topic',
  ])
  expect(plan?.steps.map(({ id }) => id)).toEqual(
    Array.from({ length: 10_000 }, (_, index) => `s${index}`),
  )
  expect(plan?.subTopologies.length).toBe(1)
})

test('it finds the circle that 10,000 steps make', () => {
  const text = chainOf(10_000).replace('from: trades, keep', 'from: s9999, keep')
  const { diagnostics, plan } = checkText(text)
  expect(diagnostics.map(({ code }) => code)).toEqual(['cycles-local', 'streams-used'])
  expect(diagnostics[0]?.message).toMatch(
    /^step "s0" depends on itself: s0 -> s1 .* -> s9999 -> s0$/,
  )
  expect(plan).toBeUndefined()
})
