import { expect, test } from 'vitest'
import { checkText, complete } from './check/harness.ts'

function orderOf(...steps: readonly string[]): string {
  const text = `topology: t\nsteps:\n${steps.map((step) => `  ${step}\n`).join('')}`
  return checkText(complete(text)).graph?.graph.order.join(' ') ?? ''
}

const cases: [string, string[], string][] = [
  [
    'topological, ties by id',
    ['c: { from: trades, pass: }', 'a: { from: b, pass: }', 'b: { from: trades, pass: }'],
    'b a c',
  ],
  [
    'a looked-up step before what leads to the look-up',
    [
      'a: { from: trades, pass: }',
      'b: { from: a, pass: }',
      'z: { from: trades, pass: }',
      'joined: { from: b, look: { x: { with: z } } }',
    ],
    'z a b joined',
  ],
  [
    'a looked-up step before the fork that leads past it',
    [
      'root: { from: trades, pass: }',
      'a: { from: root, look: { x: { with: z } } }',
      'm: { from: root, pass: }',
      'z: { from: m, pass: }',
    ],
    'root m z a',
  ],
  [
    'two steps that look each other up through others, by id',
    [
      'a: { from: trades, pass: }',
      'b: { from: trades, pass: }',
      'x: { from: a, look: { o: { with: b } } }',
      'y: { from: b, look: { o: { with: a } } }',
    ],
    'a b x y',
  ],
  [
    'steps of a cycle too, though no plan comes of them',
    ['b: { from: a, pass: }', 'a: { from: [b, trades], pass: }', 'c: { from: b, pass: }'],
    'a b c',
  ],
]

test.each(cases)('it orders %s', (_what, steps, order) => {
  expect(orderOf(...steps)).toBe(order)
  expect(orderOf(...[...steps].reverse())).toBe(order)
})
