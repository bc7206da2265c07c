// Choosing between values, and what takes care of null. The checker gives these three their types,
// because what they say about null reaches into their other arguments; the compiler emits `ready`
// and `orElse`, because in an operator with state they ask whether a stateful function is ready,
// too.
import { BOOLEAN, UNKNOWN } from '../../../schemas/type.ts'
import type { Parameter, PureFunction } from '../function.ts'

function any(name: string, summary: string): Parameter {
  return { name, summary, takes: 'series', kinds: [] }
}

export const nulls: readonly PureFunction[] = [
  {
    name: 'if',
    summary:
      'The second value where the condition holds, else the third; the other is not computed.',
    parameters: [
      { name: 'condition', summary: 'A boolean.', takes: 'series', kinds: ['boolean'] },
      any('then', 'The value where it holds.'),
      any('else', 'The value where it does not, of the same type.'),
    ],
    result: () => UNKNOWN,
    emit: ([condition = '', yes = '', no = '']) => `(${condition} ? ${yes} : ${no})`,
    example: 'if(close > open, 1, -1)',
  },
  {
    name: 'ready',
    summary: 'Whether the value is there: not null, and every stateful function in it warmed up.',
    parameters: [any('x', 'A value that may be missing.')],
    result: () => BOOLEAN,
    emit: ([a = '']) => `(${a} != null)`,
    example: 'ready(mood) && mood.score > 0',
  },
  {
    name: 'orElse',
    summary: 'The first of the values that is there.',
    parameters: [
      any('x', 'A value that may be missing.'),
      any('otherwise', 'What stands in for it, of the same type.'),
    ],
    variadic: true,
    result: () => UNKNOWN,
    emit: (values) => `(${values.join(' ?? ')})`,
    example: 'orElse(mood.score, 0.5)',
  },
]
