// The stream that drives a step, made of the ones that `from` names: one, several merged, or
// several under aliases.
import { UNKNOWN } from '../schemas/type.ts'
import type { RecordField } from '../schemas/type.ts'
import { inputsAgree } from './check/inputs-agree.ts'
import { keysAgree } from './check/keys-agree.ts'
import type { Report } from './diagnostic.ts'
import type { Edge, GraphStep } from './graph.ts'
import { inferredRecord } from './inferred-record.ts'
import type { StreamType } from './signature.ts'

/**
 * What flows along an edge, and the key that chose its task: an operator may have refined the
 * records' own since.
 */
export interface Flow {
  readonly type: StreamType
  readonly placedBy: readonly RecordField[]
}

/** The key's fields in the key's order. */
export function keyFields({ record, key }: StreamType): readonly RecordField[] {
  const fields = new Map(record.fields.map((field) => [field.name, field]))
  return key.map((name) => fields.get(name) ?? { name, type: UNKNOWN })
}

/** The stream as one task has it: its own part. */
export function placed({ record, key, lateness, table }: StreamType): StreamType {
  return { record, key, lateness, ...(table && { table }) }
}

interface Driver {
  readonly edge: Edge
  readonly flow: Flow | undefined
}

/** Undefined when one of them has no type, or they do not go together, which is then reported. */
export function joinInputs(
  drivers: readonly Driver[],
  { id, declaration }: GraphStep,
  report: Report,
): Flow | undefined {
  const known = drivers.flatMap(({ edge, flow }) => (flow ? [{ edge, flow }] : []))
  const isAliased = declaration.from.some(({ alias }) => alias !== undefined)
  const [first] = known
  if (!first) return undefined
  const agree = known.map((each) => each === first || doAgree(first, each, isAliased, report))
  if (known.length < drivers.length || agree.includes(false)) return undefined
  if (known.length === 1 && !isAliased) return first.flow
  const lateness = Math.max(...known.map(({ flow }) => flow.type.lateness))
  const types = known.map(({ flow }) => flow.type)
  const isTable = types.every(({ table }) => table === types[0]?.table)
  const { placedBy } = first.flow
  if (!isAliased) {
    // Whose record it is must not depend on the order in which the author lists them.
    const byId = [...known].sort((a, b) => (a.edge.spelt.value < b.edge.spelt.value ? -1 : 1))
    const { record, key, table } = byId[0]?.flow.type ?? first.flow.type
    return { type: { record, key, lateness, ...(isTable && table && { table }) }, placedBy }
  }
  const fields = known.map(({ edge, flow }) => ({ name: edge.name, type: flow.type.record }))
  const record = inferredRecord(`${id}-input`, fields)
  return { type: { record, key: first.flow.type.key, lateness }, placedBy }
}

interface KnownDriver {
  readonly edge: Edge
  readonly flow: Flow
}

function doAgree(
  first: KnownDriver,
  other: KnownDriver,
  isAliased: boolean,
  report: Report,
): boolean {
  const merged = ({ edge, flow }: KnownDriver) => ({
    spelt: edge.spelt,
    record: flow.type.record,
    key: flow.type.key,
  })
  if (!isAliased && !inputsAgree.check(report, merged(first), merged(other))) return false
  const keyed = ({ edge, flow }: KnownDriver) => ({
    name: edge.spelt.value,
    key: keyFields(flow.type),
    placedBy: flow.placedBy,
    span: edge.spelt.span,
  })
  return keysAgree.check(report, keyed(first), keyed(other))
}
