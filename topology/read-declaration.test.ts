// What a topology file as a whole refuses, and what it says when read.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { TopologyDeclaration } from './declaration.ts'
import type { Diagnostic } from './diagnostic.ts'
import { expectDiagnostics, filesOf } from './expect-diagnostics.ts'
import type { Finder } from './expect-diagnostics.ts'
import { readDeclaration } from './read-declaration.ts'

const find: Finder = (source, report) => readDeclaration(source, filesOf({}), report)

test('asks for something', () => {
  expectDiagnostics(
    find,
    `

    `,
    `
    error[shape]: the file is empty
      topology.yaml:1:1
        |
      1 |
        | ^ write a topology, beginning with "topology: <name>"
    `,
  )
})

test('takes comments for nothing', () => {
  expectDiagnostics(
    find,
    `
    # only
    # comments
    `,
    `
    error[shape]: the file is empty
      topology.yaml:1:1
        |
      1 | # only
        | ^ write a topology, beginning with "topology: <name>"
    `,
  )
})

test('refuses a scalar', () => {
  expectDiagnostics(
    find,
    `
    hello
    `,
    `
    error[shape]: the file is the text "hello"
      topology.yaml:1:1
        |
      1 | hello
        | ^^^^^ write a topology, beginning with "topology: <name>"
    `,
  )
})

test('refuses a list', () => {
  expectDiagnostics(
    find,
    `
    - topology: t
    `,
    `
    error[shape]: the file is a list
      topology.yaml:1:1
        |
      1 | - topology: t
        | ^^^^^^^^^^^^^ write a topology, beginning with "topology: <name>"
    `,
  )
})

test('asks for a name', () => {
  expectDiagnostics(
    find,
    `
    steps:
    `,
    `
    error[shape]: the file has no "topology"
      topology.yaml:1:1
        |
      1 | steps:
        | ^^^^^ add "topology: <name>"
    `,
  )
})

test('refuses a name that cannot be one', () => {
  expectDiagnostics(
    find,
    `
    topology: my strategy
    `,
    `
    error[names-valid]: "my strategy" cannot name a topology
      topology.yaml:1:11
        |
      1 | topology: my strategy
        |           ^^^^^^^^^^^ write letters, digits, "_" and "-", a letter first
    `,
  )
})

test('names the nearest section', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    step:
      a: 1
    sinkz:
    foo: 1
    `,
    `
    error[shape]: the topology has no key "step"
      topology.yaml:2:1
        |
      2 | step:
        | ^^^^ did you mean "steps"?
        |
        = its keys are topology, include, parameters, require, calendars, sources, topics, fate,
          steps, sinks

    error[shape]: the topology has no key "sinkz"
      topology.yaml:4:1
        |
      4 | sinkz:
        | ^^^^^ did you mean "sinks"?
        |
        = its keys are topology, include, parameters, require, calendars, sources, topics, fate,
          steps, sinks

    error[shape]: the topology has no key "foo"
      topology.yaml:5:1
        |
      5 | foo: 1
        | ^^^
        |
        = its keys are topology, include, parameters, require, calendars, sources, topics, fate,
          steps, sinks
    `,
  )
})

test('refuses sections of the wrong type', () => {
  expectDiagnostics(
    find,
    `
    topology: [t]
    parameters: 1
    calendars: x
    sources: []
    topics: true
    fate: skip
    steps: null
    sinks: "x"
    include: a.yaml
    require: {}
    `,
    `
    error[shape]: "topology" is a list
      topology.yaml:1:11
        |
      1 | topology: [t]
        |           ^^^ write the name of a topology

    error[shape]: "parameters" is the number 1
      topology.yaml:2:13
        |
      2 | parameters: 1
        |             ^ write a map of name to parameter

    error[shape]: "calendars" is the text "x"
      topology.yaml:3:12
        |
      3 | calendars: x
        |            ^ write a map of name to calendar

    error[shape]: "sources" is an empty list
      topology.yaml:4:10
        |
      4 | sources: []
        |          ^^ write a map of name to source

    error[shape]: "topics" is true
      topology.yaml:5:9
        |
      5 | topics: true
        |         ^^^^ write a map of name to topic

    error[shape]: "fate" is the text "skip"
      topology.yaml:6:7
        |
      6 | fate: skip
        |       ^^^^ write a map with bad, late and duplicate

    error[shape]: "sinks" is the text "x"
      topology.yaml:8:8
        |
      8 | sinks: "x"
        |        ^^^ write a map of name to sink

    error[shape]: "include" is the text "a.yaml"
      topology.yaml:9:10
        |
      9 | include: a.yaml
        |          ^^^^^^ write a list of files

    error[shape]: "require" is an empty map
      topology.yaml:10:10
         |
      10 | require: {}
         |          ^^ write a list of expressions
    `,
  )
})

test('asks for every fate', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    fate: { bad: skip }
    `,
    `
    error[shape]: "fate" has no "duplicate"
      topology.yaml:2:1
        |
      2 | fate: { bad: skip }
        | ^^^^ add "duplicate: dead-letter"

    error[shape]: "fate" has no "late"
      topology.yaml:2:1
        |
      2 | fate: { bad: skip }
        | ^^^^ add "late: dead-letter"
    `,
  )
})

test('finds the mistakes of every part in one run', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    topics:
      a: 1
      b: { topic: m, schema: S, key: s, rank: x }
    steps:
      c: { from: a }
      d: { from: b, filter: x, fate: 1 }
    sinks:
      e: 1
    `,
    `
    error[shape]: topic "a" is the number 1
      topology.yaml:3:6
        |
      3 |   a: 1
        |      ^ write a map with topic, schema and key

    error[shape]: "rank" of topic "b" is "x"
      topology.yaml:4:43
        |
      4 |   b: { topic: m, schema: S, key: s, rank: x }
        |                                           ^ write a whole number from 0 to 1000000

    error[shape]: step "c" has no operator
      topology.yaml:6:3
        |
      6 |   c: { from: a }
        |   ^ add one key that is an operator, such as "filter: price > 0"
        |
        = the other keys of a step are from, key, to, fate

    error[shape]: "fate" of step "d" is the number 1
      topology.yaml:7:34
        |
      7 |   d: { from: b, filter: x, fate: 1 }
        |                                  ^ write a map with bad, late and duplicate

    error[shape]: sink "e" is the number 1
      topology.yaml:9:6
        |
      9 |   e: 1
        |      ^ write a map with from and a kind of sink
    `,
  )
})

function readAll(text: string): { found: Diagnostic[]; declaration: TopologyDeclaration } {
  const found: Diagnostic[] = []
  const source = { path: 'topology.yaml', text }
  const declaration = readDeclaration(source, filesOf({}), (each) => found.push(each))
  if (!declaration) throw new Error('the text has no declaration')
  return { found, declaration }
}

test('reads the target topology without a finding', () => {
  const path = new URL('../test/topologies/crypto-momentum.yaml', import.meta.url)
  const { found, declaration } = readAll(readFileSync(path, 'utf8'))
  expect(found).toEqual([])
  expect(declaration.name.value).toBe('crypto-momentum')
  expect(declaration.fates).toEqual({ bad: 'dead-letter', late: 'dead-letter', duplicate: 'skip' })
  expect(declaration.calendars.map((each) => each.file.value)).toEqual(['calendars/utc-day.yaml'])
  expect(declaration.requires.map((each) => each.text)).toEqual(['param.fast < param.slow'])
  const steps = declaration.steps.map((step) => [
    step.id.value,
    step.from.map((each) => each.stream.value).join(),
    step.operator.value,
    step.to.map((each) => `${each.output.value}:${each.topic.value}`).join(),
  ])
  expect(steps).toEqual([
    ['clean', 'trades', 'validate', ''],
    ['ladder', 'depth', 'book', ''],
    ['candles', 'clean', 'bars', ''],
    ['trend', 'candles', 'indicator', ''],
    ['seen', 'trend', 'enrich', ''],
    ['entry', 'seen', 'signal', 'main:signals'],
    ['marks', 'ladder', 'conflate', ''],
    ['wanted', 'entry', 'allocate', ''],
    ['sized', 'wanted', 'size', ''],
    ['gated', 'sized', 'risk-gate', 'rejected:alerts'],
    ['filled', 'gated', 'execute', 'orders:orders,fills:fills'],
    ['holdings', 'filled.fills', 'portfolio', 'positions:positions,equity:equity'],
  ])
  const keys = declaration.steps.map((step) => step.key?.value).filter((key) => key !== undefined)
  expect(keys).toMatchObject(['broadcast', [{ value: 'account' }]])
  const [trades] = declaration.topics
  expect(trades).toMatchObject({
    topic: { value: 'market.trades' },
    schema: { value: 'market/Trade' },
    key: { value: [{ value: 'symbol' }] },
    available: { value: 'received' },
    lateness: { value: 1_000_000 },
    rank: { value: 2 },
    partitions: { value: 1 },
  })
  const spread = declaration.parameters.find((each) => each.name.value === 'max_spread')
  expect(spread?.per).toMatchObject({
    field: { value: 'symbol' },
    values: [['BTCUSDT', { text: '1bp' }]],
  })
  expect(declaration.sources).toMatchObject([
    { name: { value: 'binance' }, connection: { value: 'binance' }, to: [{}, {}] },
  ])
  expect(declaration.sinks.map((each) => [each.kind.value, each.from.value])).toEqual([
    ['postgres', 'fills'],
    ['redis', 'positions'],
  ])
})

test('names what it could not read, so that references to it are no mistakes', () => {
  const { declaration } = readAll(`
topology: t
parameters: { a: }
calendars: { b: }
topics: { c: }
steps: { d: { from: c }, e: { from: c, filter: x } }
`)
  expect(declaration.unread).toEqual({
    parameters: new Set(['a']),
    calendars: new Set(['b']),
    streams: new Set(['c', 'd']),
  })
  expect(declaration.steps.map((step) => step.id.value)).toEqual(['e'])
})

test('reads inputs by list and alias, keys and fates of a step', () => {
  const { found, declaration } = readAll(`
topology: t
steps:
  a: { from: [x, y.z], merge: , key: all, fate: { late: fail } }
  b: { from: { l: x, r: y }, join: { on: s }, key: [s, pair.name] }
`)
  expect(found).toEqual([])
  expect(declaration.fates).toBeUndefined()
  expect(declaration.steps).toMatchObject([
    {
      from: [{ stream: { value: 'x' } }, { stream: { value: 'y.z' } }],
      key: { value: 'all' },
      fates: { late: 'fail' },
      config: { value: null },
    },
    {
      from: [
        { stream: { value: 'x' }, alias: 'l' },
        { stream: { value: 'y' }, alias: 'r' },
      ],
      key: { value: [{ value: 's' }, { value: 'pair.name' }] },
    },
  ])
})
