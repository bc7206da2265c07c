// An operator as data for people: what it is for, its config, the fates of its records, an example.
import type { Spec } from '../../topology/config.ts'
import type { Signature } from '../../topology/signature.ts'
import { type ConfigRow, configRows } from './describe-config.ts'

export interface OperatorDescription {
  readonly name: string
  readonly summary: string
  readonly config: readonly ConfigRow[]
  readonly fates: readonly string[]
  /** Whether its expressions may use stateful functions; it then waits for the slowest of them. */
  readonly takesStateful: boolean
  /** A topology, a line `---`, and its tests. */
  readonly example: string
}

export function describeOperator(signature: Signature): OperatorDescription {
  const { name, summary, config, fates, example } = signature
  return {
    name,
    summary,
    config: configRows(config),
    fates,
    takesStateful: takesStateful(config),
    example: example.trim(),
  }
}

function takesStateful({ shape }: Spec): boolean {
  if (shape.kind === 'expression' || shape.kind === 'block') return shape.stateful === true
  if (shape.kind === 'list' || shape.kind === 'named') return takesStateful(shape.of)
  if (shape.kind !== 'struct') return false
  return [...Object.values(shape.fields), ...(shape.rest ? [shape.rest] : [])].some(takesStateful)
}
