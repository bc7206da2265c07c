// What a report says of the plan: how orders are executed, what parameters are, and what became of
// the records that each step was given.
import type { FateKind } from '../../../topology/declaration.ts'
import { formatDuration } from '../../../topology/duration.ts'
import type { ParameterValue } from '../../../topology/expression/expression.ts'
import type { Plan, PlannedStep } from '../../../topology/plan.ts'
import type { Catalogue } from '../../../topology/signature.ts'
import type { StepCounts } from '../../../runtime/reference/history.ts'
import { configLines } from '../../explain/config-lines.ts'
import type { Outcome } from '../outcome.ts'
import type { DeskStep, ReportParameter, ReportStep } from './report-data.ts'
import { byText } from './watchers/watcher.ts'

/** What they do, but for the streams that they are wired to: those are in the topology. */
const DESK: ReadonlySet<string> = new Set(['execute', 'risk-gate', 'size'])

export function deskFacts(
  { steps }: Plan,
  { operators }: Pick<Catalogue, 'operators'>,
): readonly DeskStep[] {
  return steps
    .filter(({ operator }) => DESK.has(operator))
    .map(({ id, operator, config }) => {
      const spec = operators.get(operator)?.config
      const fields = spec?.shape.kind === 'struct' ? spec.shape.fields : {}
      const lines = spec === undefined ? [] : configLines(spec, config)
      const settings = lines
        .filter(({ name }) => name === 'market' || fields[name]?.shape.kind !== 'stream')
        .map(({ name, text }) => ({ name, text, about: fields[name]?.summary ?? '' }))
      return { step: id, operator, settings }
    })
}

export function parameterFacts(
  { parameters }: Plan,
  set: Readonly<Record<string, string>>,
): readonly ReportParameter[] {
  return [...parameters].map(([name, parameter]) => {
    return { name, value: parameterText(parameter), isSet: Object.hasOwn(set, name) }
  })
}

function parameterText({ type, value, per }: ParameterValue): string {
  const textOf = (each: unknown): string => {
    if (Array.isArray(each)) return each.map(textOf).join(', ')
    return type.kind === 'duration' ? formatDuration(Number(each)) : String(each)
  }
  if (per === undefined) return textOf(value)
  const others = [...per.values].map(([of, each]) => `${of}: ${textOf(each)}`)
  return `${textOf(value)} (by ${per.field}: ${others.join(', ')})`
}

/** A row for each step, after one for each input of which records could not be read. */
export function stepFacts(plan: Plan, { steps }: Outcome): readonly ReportStep[] {
  const unread = [...plan.topics.values()].flatMap(({ name, isInput }) => {
    const counts = steps.get(name)
    if (!isInput || counts === undefined || counts.fates.bad === 0) return []
    return [stepFact({ id: name, operator: '', fates: plan.fates }, 0, counts)]
  })
  const own = plan.steps.map((step) => stepFact(step, step.type.lookback, steps.get(step.id)))
  return [...unread, ...own]
}

const KINDS: readonly FateKind[] = ['bad', 'late', 'duplicate']

function stepFact(
  { id, operator, fates }: Pick<PlannedStep, 'id' | 'operator' | 'fates'>,
  lookback: number,
  counts: StepCounts | undefined,
): ReportStep {
  const found = counts?.fates ?? { bad: 0, late: 0, duplicate: 0 }
  const meeting = (fate: string): number =>
    KINDS.filter((kind) => fates[kind] === fate).reduce((sum, kind) => sum + found[kind], 0)
  const held = [...(counts?.held ?? [])].map(([name, count]) => ({ name, count }))
  return {
    ...{ step: id, operator, records: counts?.records ?? 0, emitted: counts?.emitted ?? 0 },
    held: held.toSorted((a, b) => b.count - a.count || byText(a.name, b.name)),
    ...{ bad: found.bad, late: found.late, duplicate: found.duplicate, lookback },
    ...{ skipped: meeting('skip'), deadLettered: meeting('dead-letter') },
  }
}
