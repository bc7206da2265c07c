// Pure functions of text; an enum's symbol is text.
import { BOOLEAN, LONG, STRING } from '../../../schemas/type.ts'
import type { Parameter, PureFunction } from '../function.ts'

const TEXT: Parameter = {
  name: 'text',
  summary: 'The text.',
  takes: 'series',
  kinds: ['string', 'enum'],
}
const PART: Parameter = { ...TEXT, name: 'part', summary: 'What is looked for.' }

function test(name: string, method: string, summary: string, example: string): PureFunction {
  return {
    name,
    summary,
    parameters: [TEXT, PART],
    result: () => BOOLEAN,
    emit: ([a = '', b = '']) => `${a}.${method}(${b})`,
    example,
  }
}

function change(name: string, method: string, summary: string): PureFunction {
  return {
    name,
    summary,
    parameters: [TEXT],
    result: () => STRING,
    emit: ([a = '']) => `${a}.${method}()`,
    example: `${name}(symbol)`,
  }
}

export const text: readonly PureFunction[] = [
  {
    name: 'size',
    summary: 'How many characters, items or entries a text, list or map has.',
    parameters: [
      {
        name: 'x',
        summary: 'A text, list or map.',
        takes: 'series',
        kinds: ['string', 'enum', 'list', 'map'],
      },
    ],
    result: () => LONG,
    emit: ([a = ''], [type]) => (type?.kind === 'map' ? `Object.keys(${a}).length` : `${a}.length`),
    example: 'size(symbol) == 6',
  },
  test('contains', 'includes', 'Whether the part is in the text.', "contains(symbol, 'USD')"),
  test(
    'startsWith',
    'startsWith',
    'Whether the text opens with the part.',
    "startsWith(symbol, 'BTC')",
  ),
  test('endsWith', 'endsWith', 'Whether the text ends with the part.', "endsWith(symbol, 'USDT')"),
  change('lower', 'toLowerCase', 'The text in lower case, whatever the machine is set to.'),
  change('upper', 'toUpperCase', 'The text in upper case, whatever the machine is set to.'),
]
