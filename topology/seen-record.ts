// Expressions that see the record of a stream beside the fields of the input, under a name that the
// operator fixes or the author gives.
import type { ConfigContext, Owner } from './config-reading.ts'
import type { Spec } from './config.ts'
import type { Spelt } from './declaration.ts'
import { type Report, reporter } from './diagnostic.ts'
import { checkName } from './names.ts'
import { isScalarShape, readScalar } from './read-scalar.ts'
import { streamName } from './stream-name.ts'
import { entryOf } from './tree.ts'
import type { MapNode } from './tree.ts'

/** A struct as it is read: what the author wrote, and what its fields are. */
export interface Struct {
  readonly map: MapNode
  readonly fields: Readonly<Record<string, Spec>>
  readonly owner: Owner
}

/** The context of an expression that sees the record of a stream beside the input. */
export function seeing({ shape }: Spec, struct: Struct, context: ConfigContext): ConfigContext {
  if (shape.kind !== 'expression' || !shape.sees || !context.scope) return context
  const { stream, as } = shape.sees
  const spelt = entryOf(struct.map, stream)?.value
  const named = spelt && streamName(spelt)
  // Without a stream that need not be there, there is no such name.
  if (!named && struct.fields[stream]?.optional) return context
  const name = typeof as === 'string' ? as : aliasAt(as.field, struct, context)
  const id = named && context.streamOf(named)
  const record = id === undefined ? undefined : context.recordOf(id)
  // Where the name or the type is missing because of a mistake, nothing can be said.
  if (name === undefined || !record) return { ...context, scope: undefined }
  const { input, inputName } = context.scope
  const fields = [...input.fields.filter((field) => field.name !== name), { name, type: record }]
  const scope = { ...context.scope, input: { ...input, fields }, inputName }
  return { ...context, scope }
}

/** What names a record for expressions is a name like a field's, and no field of the input. */
export function areAliases(struct: Struct, context: ConfigContext): boolean {
  const naming = Object.values(struct.fields).flatMap(({ shape }) => {
    const as = shape.kind === 'expression' ? shape.sees?.as : undefined
    return typeof as === 'object' ? [as.field] : []
  })
  return [...new Set(naming)]
    .map((field) => isNewField(field, struct, context, context.report))
    .every((isNew) => isNew)
}

/** The name that a field gives; undefined where it is a mistake, reported by others. */
function aliasAt(field: string, struct: Struct, context: ConfigContext): string | undefined {
  if (!isNewField(field, struct, context, () => undefined)) return undefined
  return textAt(field, struct, context)
}

/** A text that cannot be read is no matter of its name. */
function isNewField(field: string, struct: Struct, context: ConfigContext, report: Report) {
  const entry = entryOf(struct.map, field)
  const text = textAt(field, struct, context)
  if (!entry || text === undefined) return true
  const { span } = entry.value
  if (!isAlias({ value: text, span }, report)) return false
  const { scope } = context
  if (!scope?.input.fields.some(({ name }) => name === text)) return true
  const refuse = reporter('names-unique', report)
  const message = `"${text}" is a field of ${scope.inputName} already`
  refuse({ message, span, repair: 'give the new field another name' })
  return false
}

function textAt(field: string, struct: Struct, context: ConfigContext): string | undefined {
  const spec = struct.fields[field]
  const entry = entryOf(struct.map, field)
  if (!spec || !isScalarShape(spec.shape)) return undefined
  const silent = { ...context, report: () => undefined }
  const value = entry
    ? readScalar(spec.shape, entry.value, struct.owner, silent)?.value
    : spec.default
  return typeof value === 'string' ? value : undefined
}

/** The author's names are fields of the record that the operator makes. */
export function isAlias(name: Spelt<string>, report: Report): boolean {
  let isValid = true
  checkName(name, 'identifier', 'alias', (diagnostic) => {
    isValid = false
    report(diagnostic)
  })
  return isValid
}
