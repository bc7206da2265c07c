// What the generator of topologies knows of a stream while it draws the next step, so that every
// topology it draws is a valid one: fields, key, and which streams it may meet in a task.
import type { Random } from './random.ts'

type Scalar = 'string' | 'double' | 'int' | 'long' | 'time'

export interface Field {
  readonly name: string
  readonly type: Scalar | readonly Field[]
  readonly nullable?: true
}

export interface Stream {
  /** As steps name it. */
  readonly id: string
  readonly fields: readonly Field[]
  readonly key: readonly string[]
  /** Streams of one place are partitioned alike: they may be merged and looked up. */
  readonly place: string
  /** Only looked up: every task has all of it. */
  readonly everyTask?: true
  readonly table?: 'latest' | 'history'
  /** Whether it may be driven by: a table is looked up alone. */
  readonly drives: boolean
}

/** The name of a key, and of the place of streams that are partitioned by it. */
export function placeOf(key: readonly string[]): string {
  return key.length === 0 ? 'all' : key.join(' ')
}

/** Expressions for the numbers that a record of these fields has for certain. */
export function numbersOf(fields: readonly Field[], prefix = ''): readonly string[] {
  return fields.flatMap(({ name, type, nullable }) => {
    const path = `${prefix}${name}`
    if (type === 'double') return [nullable ? `orElse(${path}, 0)` : path]
    if (typeof type === 'string') return []
    // One value of the record will do; of one that may be null, with something in its place.
    const inner = type.find((field) => field.type === 'double' && !field.nullable)
    if (inner === undefined) return []
    return [nullable ? `orElse(${path}.${inner.name}, 0)` : `${path}.${inner.name}`]
  })
}

/** Fields that can be a key. */
export function keysIn(fields: readonly Field[]): readonly string[] {
  return fields
    .filter(({ type, nullable }) => !nullable && (type === 'string' || type === 'int'))
    .map(({ name }) => name)
}

export function isSameShape(a: readonly Field[], b: readonly Field[]): boolean {
  return JSON.stringify(sortedByName(a)) === JSON.stringify(sortedByName(b))
}

function sortedByName(fields: readonly Field[]): readonly Field[] {
  return fields.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The Avro schema of a topic that takes records of these fields. */
export function schemaText(name: string, fields: readonly Field[]): string {
  let nested = 0
  const typeOf = ({ type, nullable }: Field): unknown => {
    const plain = typeof type === 'string' ? avroOf(type) : recordOf(`Inner${(nested += 1)}`, type)
    return nullable ? ['null', plain] : plain
  }
  const recordOf = (record: string, all: readonly Field[]): unknown => ({
    type: 'record',
    name: record,
    namespace: `simulation.${name}`,
    fields: all.map((field) => ({
      name: field.name,
      type: typeOf(field),
      ...(field.nullable && { default: null }),
    })),
  })
  return JSON.stringify(recordOf(name, fields))
}

function avroOf(type: Scalar): unknown {
  return type === 'time' ? { type: 'long', logicalType: 'timestamp-micros' } : type
}

/** Some of the fields, its key among them, in any order. */
export function someFields(random: Random, { fields, key }: Stream): readonly Field[] {
  const kept = fields.filter(({ name }) => key.includes(name) || random.chance(0.8))
  return random.shuffle(kept.length > 0 ? kept : fields)
}
