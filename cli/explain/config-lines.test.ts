import { expect, test } from 'vitest'
import {
  boolean,
  duration,
  list,
  named,
  nothing,
  number,
  stream,
  struct,
  word,
} from '../../topology/config.ts'
import type { Spec } from '../../topology/config.ts'
import type { Expression } from '../../topology/expression/expression.ts'
import { expression } from '../../topology/config.ts'
import { configLines } from './config-lines.ts'

const summary = 'A key.'
const text = { text: 'a\n  > b' } as Expression

test.each<[string, Spec, unknown, readonly string[]]>([
  ['an expression on one line', expression('any', { summary }), text, [': a > b']],
  [
    'durations as they are written',
    struct({ every: duration({ summary }) }),
    { every: 90_000_000 },
    ['every: 90s'],
  ],
  [
    'lists with commas',
    struct({ e: list(duration({ summary }), { summary }) }),
    { e: [1_000, 60_000_000] },
    ['e: 1ms, 1m'],
  ],
  [
    'lists in lists in brackets',
    struct({ e: list(list(word(['a', 'b'], { summary }), { summary }), { summary }) }),
    { e: [['a'], ['a', 'b']] },
    ['e: a, [a, b]'],
  ],
  [
    'maps of maps a line each',
    named(struct({ with: stream({ summary }), deep: boolean({ summary }) }), { summary }),
    {
      book: { with: { stream: 'depth' }, deep: true },
      mood: { with: { stream: 'm' }, deep: false },
    },
    ['book: with depth, deep true', 'mood: with m, deep false'],
  ],
  [
    'no line for what was left out',
    struct({ a: number({ summary, optional: true }), b: word(['x', 'y'], { summary }) }),
    { a: undefined, b: 'y' },
    ['b: y'],
  ],
  ['nothing for nothing', nothing({ summary }), undefined, []],
])('shows %s', (_, spec, value, lines) => {
  expect(configLines(spec, value).map(({ name, text: shown }) => `${name}: ${shown}`)).toEqual(
    lines,
  )
})
