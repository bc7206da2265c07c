// Turns YAML values of a test into values of a type: `5s` for a time, `1.50` for a decimal, nothing
// for null.
import { Decimal } from 'decimal.js'
import { fieldOf, type RecordType, type Type, type Value } from '../../schemas/type.ts'
import type { Finding } from '../../topology/diagnostic.ts'
import { parseDuration } from '../../topology/duration.ts'
import { suggest } from '../../topology/suggest.ts'
import type { MapNode, Node, ScalarNode } from '../../topology/tree.ts'
import { describeType } from '../../schemas/type.ts'
import { instantOf } from './instant.ts'

type Say = (finding: Finding) => void

/** The fields that the author listed, by name. */
export function readFields(node: MapNode, record: RecordType, say: Say): Value {
  const value: Value = {}
  for (const { key, value: content } of node.entries) {
    const field = fieldOf(record, key.text)
    if (field) {
      value[key.text] = readValue(content, field.type, say)
      continue
    }
    const names = record.fields.map(({ name }) => name)
    const close = suggest(key.text, names)
    say({
      message: `there is no field "${key.text}" in ${record.name}`,
      span: key.span,
      ...(close !== undefined && { repair: `did you mean "${close}"?` }),
      notes: [`fields: ${names.join(', ')}`],
    })
  }
  return value
}

/** A key as a test writes it: a value, or a list for a composite key. */
export function keyOfNode(node: Node): string {
  if (node.kind === 'scalar') return node.text
  const parts = node.kind === 'list' ? node.items : []
  return JSON.stringify(parts.map((part) => (part.kind === 'scalar' ? part.value : null)))
}

/** The value, or undefined after saying why it does not fit the type. */
function readValue(node: Node, type: Type, say: Say): unknown {
  if (type.kind === 'nullable') {
    const isNull = node.kind === 'scalar' && node.value === null
    return isNull ? null : readValue(node, type.of, say)
  }
  if (node.kind === 'map' && type.kind === 'record') return readFields(node, type, say)
  if (node.kind === 'list' && type.kind === 'list') {
    return node.items.map((item) => readValue(item, type.items, say))
  }
  if (node.kind === 'map' && type.kind === 'map') {
    const entries = node.entries.map(({ key, value }) => [
      key.text,
      readValue(value, type.values, say),
    ])
    return Object.fromEntries(entries) as Value
  }
  const value = node.kind === 'scalar' ? readScalar(node, type) : undefined
  if (value === undefined) {
    say({ message: `this is no ${describeType(type)}`, span: node.span })
  }
  return value
}

function readScalar(node: ScalarNode, type: Type): unknown {
  switch (type.kind) {
    case 'boolean':
      return typeof node.value === 'boolean' ? node.value : undefined
    case 'int':
    case 'long':
      return Number.isSafeInteger(node.value) ? node.value : undefined
    case 'float':
    case 'double':
      return typeof node.value === 'number' ? node.value : undefined
    case 'string':
      return node.value === null ? undefined : node.text
    case 'enum':
      return type.symbols.includes(node.text) ? node.text : undefined
    case 'decimal':
      return /^[+-]?\d+(\.\d+)?$/.test(node.text) ? new Decimal(node.text) : undefined
    case 'time':
      return instantOf(node.text)
    case 'duration': {
      const reading = parseDuration(node.text)
      return 'micros' in reading ? reading.micros : undefined
    }
    default:
      return undefined
  }
}
