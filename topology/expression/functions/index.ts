// The pure functions of the language, by name. A new one takes an entry in the file of its family.
import type { PureFunction } from '../function.ts'
import { arithmetic } from './arithmetic.ts'
import { conversion } from './conversion.ts'
import { nulls } from './null.ts'
import { text } from './text.ts'
import { time } from './time.ts'

export const pureFunctions: ReadonlyMap<string, PureFunction> = new Map(
  [...arithmetic, ...nulls, ...conversion, ...text, ...time].map((each) => [each.name, each]),
)
