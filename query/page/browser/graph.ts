// The topology as nodes and edges to draw: topics, steps and, if they are wanted, sinks.
import type { Step, Topology } from './answers.ts'

export interface GraphNode {
  /** Topics and steps share one namespace; of a sink, `sink NAME`. */
  readonly id: string
  readonly kind: 'input' | 'output' | 'step' | 'sink'
  readonly name: string
  readonly detail: string
  /** Where the page tells more of it. */
  readonly href: string
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly kind: 'drives' | 'looked-up' | 'writes' | 'repartition' | 'broadcast' | 'feedback'
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export function graphOf(topology: Topology, withSinks: boolean): Graph {
  const steps = topology.subTopologies.flatMap((sub) => sub.steps)
  const sinks = withSinks ? topology.sinks : []
  const nodes: GraphNode[] = [
    ...topology.topics.map(({ name, role, topic }): GraphNode => {
      return { id: name, kind: role, name, detail: topic, href: hrefOf('topic', name) }
    }),
    ...steps.map(({ id, operator }): GraphNode => {
      return { id, kind: 'step', name: id, detail: operator, href: hrefOf('step', id) }
    }),
    ...sinks.map(({ name, kind }): GraphNode => {
      return { id: `sink ${name}`, kind: 'sink', name, detail: kind, href: hrefOf('sink', name) }
    }),
  ]
  const edges = [
    ...steps.flatMap(edgesOf),
    ...sinks.map(({ name, topic }): GraphEdge => {
      return { from: topic, to: `sink ${name}`, kind: 'writes' }
    }),
  ]
  return { nodes, edges: withoutDoubles(edges) }
}

/** The address of what is told of a part of the topology. */
export function hrefOf(kind: string, name: string): string {
  return `#/${kind}/${encodeURIComponent(name)}`
}

function edgesOf({ id, inputs, outputs }: Step): readonly GraphEdge[] {
  return [
    ...inputs.map(({ stream, role, via, feedback }): GraphEdge => {
      const [from = stream] = stream.split('.')
      const isMoved = via === 'repartition' || via === 'broadcast'
      return { from, to: id, kind: feedback ? 'feedback' : isMoved ? via : role }
    }),
    ...outputs.flatMap(({ topic }): GraphEdge[] =>
      topic === undefined ? [] : [{ from: id, to: topic, kind: 'writes' }],
    ),
  ]
}

/** Two streams of one step into another are one line; the first says what kind. */
function withoutDoubles(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  const seen = new Set<string>()
  return edges.filter(({ from, to, kind }) => {
    const name = JSON.stringify([from, to, kind === 'feedback'])
    if (seen.has(name)) return false
    seen.add(name)
    return true
  })
}
