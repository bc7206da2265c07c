// Finds the parts of a schema in the text of its file, so that a diagnostic can point into the
// .avsc. JSON is YAML, and the `yaml` package keeps ranges where JSON.parse does not.
import { isNode, parseDocument } from 'yaml'
import { SchemaError } from './schema-error.ts'
import type { JsonPath } from './schema-error.ts'

export interface TextRange {
  readonly start: number
  readonly end: number
}

/**
 * The place of a part of a JSON text: the part itself, or the nearest part around it that the text
 * has.
 */
export type Locate = (place: JsonPath) => TextRange | undefined

export function locator(text: string): Locate {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' })
  return (place) => {
    for (let length = place.length; length > 0; length -= 1) {
      const node: unknown = document.getIn(place.slice(0, length), true)
      if (isNode(node) && node.range) return { start: node.range[0], end: node.range[1] }
    }
    return undefined
  }
}

/** The JSON value of an .avsc text. Throws a SchemaError that points at what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const offset = Number(/position (\d+)/.exec(reason)?.[1] ?? text.length)
    throw new SchemaError('the schema is not JSON; mend it or take it from the registry again', {
      path: '',
      place: [],
      offset,
      end: Math.min(offset + 1, text.length),
    })
  }
}
