// A plan as what `explain` says of it: plain data, which --json prints and explanation-text.ts
// puts on paper.
import { describeType, type RecordType } from '../../schemas/type.ts'
import type { ParameterValue } from '../../topology/expression/expression.ts'
import type { Fates } from '../../topology/declaration.ts'
import type {
  Plan,
  PlannedChannel,
  PlannedInput,
  PlannedSink,
  PlannedSource,
  PlannedStep,
  PlannedTopic,
} from '../../topology/plan.ts'
import type { Catalogue } from '../../topology/signature.ts'
import { type ConfigLine, configLines } from './config-lines.ts'

/** Times are in microseconds. An empty key is `all`: one key for all records. */
export interface Explanation {
  readonly topology: string
  readonly shapeHash: string
  readonly fullHash: string
  readonly parameters: Readonly<Record<string, ExplainedParameter>>
  readonly fates: Fates
  readonly sources: readonly ExplainedSource[]
  readonly topics: readonly ExplainedTopic[]
  readonly subTopologies: readonly ExplainedSubTopology[]
  readonly sinks: readonly ExplainedSink[]
}

export interface ExplainedParameter {
  readonly type: string
  /** Durations in microseconds. */
  readonly value: unknown
  /** `per: symbol`: the values for records whose field holds these texts. */
  readonly per?: { readonly field: string; readonly values: Readonly<Record<string, unknown>> }
}

export interface ExplainedSource extends Omit<PlannedSource, 'topics'> {
  /** Topics that it fills, by local name, and the output of the connector that does. */
  readonly fills: readonly { readonly topic: string; readonly output: string }[]
}

export interface ExplainedSink extends Omit<PlannedSink, 'config'> {
  /** But for its connection. */
  readonly config: readonly ConfigLine[]
}

export interface ExplainedField {
  readonly name: string
  readonly type: string
}

export interface ExplainedTopic extends Omit<PlannedTopic, 'schema' | 'record' | 'isInput'> {
  readonly role: 'input' | 'output'
  /** Full name of the schema's record. */
  readonly schema: string
  readonly fields: readonly ExplainedField[]
}

export interface ExplainedSubTopology {
  readonly id: number
  readonly partitions: number
  /** What its tasks merge, in merge order. */
  readonly merges: readonly PlannedChannel[]
  readonly steps: readonly ExplainedStep[]
}

export interface ExplainedInput extends Omit<PlannedInput, 'type'> {
  readonly key: readonly string[]
}

export interface ExplainedOutput {
  /** `main`, or the word behind the dot. */
  readonly output: string
  readonly fields: readonly ExplainedField[]
  /** How many of the fields, from the first on, it has from the driving input as they were. */
  readonly carried: number
  /** The operator's key for it, and the one that `key:` gives it. */
  readonly keyBefore: readonly string[]
  readonly key: readonly string[]
  readonly broadcast: boolean
  /** Whether its records move to the tasks of the new key. */
  readonly repartition: boolean
  readonly lateness: number
  /** Local name of the topic that it is written to. */
  readonly topic: string | undefined
}

export interface ExplainedStep {
  readonly id: string
  readonly operator: string
  readonly config: readonly ConfigLine[]
  readonly inputs: readonly ExplainedInput[]
  readonly outputs: readonly ExplainedOutput[]
  readonly stores: readonly {
    readonly store: string
    readonly key: readonly string[]
    readonly fields: readonly ExplainedField[]
  }[]
  /** Records of a key that it takes in before the first it gives out. */
  readonly lookback: number
  readonly fates: Fates
  readonly stateHash: string
}

export function explain(
  plan: Plan,
  { operators, sinks }: Pick<Catalogue, 'operators' | 'sinks'>,
): Explanation {
  const repartitioned = new Set(
    plan.steps.flatMap(({ inputs }) =>
      inputs.filter(({ via }) => via === 'repartition').map(({ stream }) => stream),
    ),
  )
  const steps = new Map(
    plan.steps.map((step) => {
      const spec = operators.get(step.operator)?.config
      const config = spec ? configLines(spec, step.config) : []
      return [step.id, explainStep(step, config, repartitioned)]
    }),
  )
  return {
    topology: plan.topology,
    shapeHash: plan.shapeHash,
    fullHash: plan.fullHash,
    parameters: Object.fromEntries(
      [...plan.parameters].map(([name, value]) => [name, explainParameter(value)]),
    ),
    fates: plan.fates,
    sources: plan.sources.map(({ topics, ...source }) => ({
      ...source,
      fills: [...topics].map(([output, topic]) => ({ topic, output })),
    })),
    topics: [...plan.topics.values()].map(explainTopic),
    subTopologies: plan.subTopologies.map(({ id, partitions, channels, steps: ids }) => ({
      id,
      partitions,
      merges: channels,
      steps: ids.flatMap((step) => steps.get(step) ?? []),
    })),
    sinks: plan.sinks.map(({ config, ...sink }) => {
      const spec = sinks?.get(sink.kind)?.config
      const lines = spec ? configLines(spec, config) : []
      return { ...sink, config: lines.filter(({ name }) => name !== 'connection') }
    }),
  }
}

function explainTopic(planned: PlannedTopic): ExplainedTopic {
  const { name, topic, record, key, time, available, delay, lateness } = planned
  const { rank, partitions, table, copies, unit, idle, retention, isInput } = planned
  const merging = { time, available, delay, lateness, unit, rank }
  const role = isInput ? 'input' : 'output'
  const fields = fieldsOf(record)
  return {
    name,
    role,
    topic,
    schema: record.name,
    fields,
    key,
    ...merging,
    partitions,
    table,
    copies,
    idle,
    retention,
  }
}

function explainStep(
  step: PlannedStep,
  config: readonly ConfigLine[],
  repartitioned: ReadonlySet<string>,
): ExplainedStep {
  const { id, operator } = step
  const { lookback, outputs, stores } = step.type
  return {
    id,
    operator,
    config,
    inputs: step.inputs.map(({ type, ...input }) => ({ ...input, key: type.key })),
    outputs: Object.entries(outputs).map(([output, type]) => {
      const planned = step.outputs.get(output)
      return {
        output,
        fields: fieldsOf(type.record),
        carried: carriedFields(step.input.record, type.record),
        keyBefore: type.key,
        key: planned?.key ?? type.key,
        broadcast: planned?.broadcast ?? false,
        repartition: repartitioned.has(output === 'main' ? id : `${id}.${output}`),
        lateness: type.lateness,
        topic: planned?.topic,
      }
    }),
    stores: Object.entries(stores).map(([store, { key, entry }]) => ({
      store,
      key,
      fields: fieldsOf(entry),
    })),
    lookback,
    fates: step.fates,
    stateHash: step.stateHash,
  }
}

function fieldsOf(record: RecordType): readonly ExplainedField[] {
  return record.fields.map(({ name, type }) => ({ name, type: describeType(type) }))
}

/** All of the input's fields come first and unchanged, or none counts as carried. */
function carriedFields(input: RecordType, output: RecordType): number {
  const before = fieldsOf(input)
  const after = fieldsOf(output)
  const isCarried = before.every(
    ({ name, type }, i) => after[i]?.name === name && after[i].type === type,
  )
  return isCarried ? before.length : 0
}

function explainParameter({ type, value, per }: ParameterValue): ExplainedParameter {
  const values = per && { field: per.field, values: Object.fromEntries(per.values) }
  return { type: describeType(type), value, ...(values && { per: values }) }
}
