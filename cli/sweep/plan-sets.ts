// The sets of a sweep that can run: each is checked like a topology with `--set`. One that breaks a
// `require:` is left out; any other mistake is the author's, and nothing is run.
import type { TopologyDeclaration } from '../../topology/declaration.ts'
import type { Diagnostic } from '../../topology/diagnostic.ts'
import type { Plan } from '../../topology/plan.ts'
import { loadTopology } from '../load-topology.ts'
import { type Grid, type ParameterSet, setsOf } from './parameter-grid.ts'

export interface PlannedSets {
  readonly sets: readonly PlannedSet[]
  readonly skipped: readonly ParameterSet[]
  /** Of the first set that is wrong otherwise; warnings of the first that is right. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Plans are made anew where they run: a thousand of them would fill the memory. */
export interface PlannedSet {
  readonly set: ParameterSet
  readonly fullHash: string
}

export function planSets(
  file: string,
  fixed: ParameterSet,
  grid: Grid,
): PlannedSets & { readonly plan: Plan | undefined } {
  const sets: PlannedSet[] = []
  const skipped: ParameterSet[] = []
  let first: { readonly plan: Plan; readonly diagnostics: readonly Diagnostic[] } | undefined
  for (const set of setsOf(grid)) {
    const { plan, diagnostics, declaration } = loadTopology(file, { set: { ...fixed, ...set } })
    if (plan !== undefined) {
      first ??= { plan, diagnostics }
      sets.push({ set, fullHash: plan.fullHash })
      continue
    }
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    if (!errors.every((error) => isRequirement(error, declaration))) {
      return { plan: undefined, sets: [], skipped, diagnostics }
    }
    skipped.push(set)
  }
  return { plan: first?.plan, sets, skipped, diagnostics: first?.diagnostics ?? [] }
}

/** Whether it stands at an expression of `require:`, and says that it does not hold. */
function isRequirement(
  { code, span }: Diagnostic,
  declaration: TopologyDeclaration | undefined,
): boolean {
  const isThere = declaration?.requires.some(
    (node) => node.span.start === span.start && node.span.source === span.source,
  )
  return code === 'parameters-hold' && isThere === true
}
