// A plan as boxes and arrows, without a notation: what dot.ts and mermaid.ts write down.
import type {
  Plan,
  PlannedInput,
  PlannedSink,
  PlannedStep,
  PlannedTopic,
} from '../../topology/plan.ts'
import { taskNames } from '../task-names.ts'

export interface Drawing {
  readonly title: string
  /** In the order of their rank: inputs stand left, outputs right. */
  readonly topics: readonly DrawnTopic[]
  readonly clusters: readonly DrawnCluster[]
  /** They stand right of all else. */
  readonly sinks: readonly DrawnSink[]
  readonly arrows: readonly Arrow[]
}

export interface DrawnTopic {
  /** Topics and steps share one namespace, so a name is an identity. */
  readonly name: string
  readonly role: 'input' | 'output'
  readonly detail: string
}

export interface DrawnCluster {
  readonly title: string
  readonly steps: readonly { readonly name: string; readonly operator: string }[]
}

export interface DrawnSink {
  /** What arrows call it: no topic and no step can have such a name. */
  readonly id: string
  readonly name: string
  readonly detail: string
}

export interface Arrow {
  readonly from: string
  readonly to: string
  /**
   * `drives` stays in a task, `writes` goes to a topic or a sink; the others say how records get
   * there.
   */
  readonly kind: 'drives' | 'looked-up' | 'writes' | 'repartition' | 'broadcast'
  /** A broadcast or repartitioned stream that is looked up is both. */
  readonly isLookedUp: boolean
  readonly label: string
}

export function drawingOf(plan: Plan): Drawing {
  const topics = [...plan.topics.values()].toSorted((a, b) => a.rank - b.rank)
  const steps = new Map(plan.steps.map((step) => [step.id, step]))
  return {
    title: plan.topology,
    topics: topics.map(drawTopic),
    clusters: plan.subTopologies.map(({ id, partitions, steps: ids }) => ({
      title: `sub-topology ${id}, ${taskNames({ id, partitions })}`,
      steps: ids.map((step) => ({ name: step, operator: steps.get(step)?.operator ?? '' })),
    })),
    sinks: plan.sinks.map((sink) => ({
      id: sinkId(sink),
      name: sink.name,
      detail: `${sink.kind} ${sink.connection}`,
    })),
    arrows: [
      ...plan.steps.flatMap((step) => [
        ...step.inputs.map((input) => arrowInto(step, input)),
        ...arrowsToTopics(step),
      ]),
      ...plan.sinks.map((sink) => ({
        from: sink.topic,
        to: sinkId(sink),
        kind: 'writes' as const,
        isLookedUp: false,
        label: '',
      })),
    ],
  }
}

function sinkId({ name }: PlannedSink): string {
  return `sink ${name}`
}

function drawTopic({ name, topic, isInput, table, copies }: PlannedTopic): DrawnTopic {
  const notes = [
    ...(topic === name ? [] : [topic]),
    ...(table === undefined ? [] : ['table']),
    ...(copies === undefined ? [] : ['copied to every task']),
  ]
  return { name, role: isInput ? 'input' : 'output', detail: notes.join(', ') }
}

function arrowInto(step: PlannedStep, { stream, role, via, feedback, type }: PlannedInput): Arrow {
  const [from = stream, output] = stream.split('.')
  const isLookedUp = role === 'looked-up'
  const isMoved = via === 'repartition' || via === 'broadcast'
  const key = type.key.length === 0 ? 'all' : type.key.join(' + ')
  const words = [
    ...(output === undefined ? [] : [`.${output}`]),
    ...(via === 'repartition' ? [`repartition by ${key}`] : []),
    ...(via === 'broadcast' ? ['broadcast'] : []),
    ...(feedback ? ['feedback'] : []),
  ]
  return { from, to: step.id, kind: isMoved ? via : role, isLookedUp, label: words.join(', ') }
}

function arrowsToTopics({ id, outputs }: PlannedStep): readonly Arrow[] {
  return [...outputs].flatMap(([output, { topic }]) =>
    topic === undefined
      ? []
      : [
          {
            from: id,
            to: topic,
            kind: 'writes' as const,
            isLookedUp: false,
            label: output === 'main' ? '' : `.${output}`,
          },
        ],
  )
}
