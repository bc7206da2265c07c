// What stands in for a part of a config that could not be read, so that a step with a mistake still
// has an output type and the mistakes after it are found in the same run. A plan is never made from
// it.
import type { ConfigReading } from './config-reading.ts'
import type { Spec } from './config.ts'
import { unknownExpression } from './expression/unknown-expression.ts'
import type { Span } from './source.ts'

const SECOND = 1_000_000

/** A harmless value of the spec's kind; undefined for a stream, which nothing can stand in for. */
export function standIn(
  { shape, optional, default: usual }: Spec,
  span: Span,
): ConfigReading | undefined {
  if (usual !== undefined || optional) return { value: usual }
  switch (shape.kind) {
    case 'stream':
      return undefined
    case 'duration':
      return { value: Math.max(shape.min ?? 0, SECOND) }
    case 'number':
      return { value: shape.min ?? 1 }
    case 'boolean':
      return { value: false }
    case 'text':
    case 'field':
      return { value: '' }
    case 'word':
      return { value: shape.words[0] }
    case 'expression':
      return { value: unknownExpression(span) }
    case 'block':
      return { value: { entries: [], names: [] } }
    case 'list': {
      const one = standIn(shape.of, span)
      return one && { value: [one.value] }
    }
    case 'named':
      return { value: {} }
    case 'nothing':
      return { value: undefined }
    case 'struct': {
      const fields = Object.entries(shape.fields).map(
        ([name, of]) => [name, standIn(of, span)] as const,
      )
      if (fields.some(([, field]) => field === undefined)) return undefined
      const value = Object.fromEntries(fields.map(([name, field]) => [name, field?.value]))
      return { value: shape.rest ? { ...value, block: { entries: [], names: [] } } : value }
    }
  }
}
