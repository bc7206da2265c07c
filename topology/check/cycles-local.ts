// Steps do not wait for themselves. A cycle is closed by a field that takes feedback, and stays in
// one task; every other cycle of known operators is refused, and one through an unknown operator is
// not judged.
import { pathOfCycle } from '../cycles.ts'
import type { Finding } from '../diagnostic.ts'
import type { Edge, Graph } from '../graph.ts'
import type { TypedGraph } from '../infer-types.ts'
import { quoted } from '../printable.ts'
import { edgesOf } from '../sub-topologies.ts'
import type { CutEdge } from '../sub-topologies.ts'
import { listed, rule } from './rule.ts'

const CODE = 'cycles-local'
const HOLDS = 'No step depends on its own output, but through feedback inside a task.'

const CUT_THE_CIRCLE = 'cut the circle: prev(x) is an earlier value'

const MOST_SHOWN = 10

export const cyclesLocal = rule(CODE, HOLDS, (say, graph: Graph) => {
  const { cycles, steps, upstream } = graph
  for (const cycle of cycles) {
    if (cycle.some((id) => !steps.get(id)?.signature)) continue
    // Along `upstream` the path runs against the data.
    const path = pathOfCycle(cycle, upstream)
    const [first = '', before = first] = path
    const crossing = feedbackOverTopic(graph, cycle)
    const edge = crossing ?? edgeFrom(graph, first, before)
    const into = crossing ? undefined : edgeFrom(graph, path.at(-1) ?? first, first)
    if (!edge) throw new Error(`step ${first} does not read ${before}`)
    const way = describe([first, ...path.slice(1).reverse(), first])
    say({
      message: `step ${quoted(first)} depends on itself: ${way}`,
      span: edge.spelt.span,
      repair: crossing ? readTheStep(graph, crossing) : CUT_THE_CIRCLE,
      ...(!crossing && takersOfFeedback(graph)),
      ...(into &&
        path.length > 1 && {
          cause: { span: into.spelt.span, label: 'its output comes back from here' },
        }),
    })
  }
})

/** Whether no cycle leaves its task; asked when types are known, for they say what is re-keyed. */
export const feedbackLocal = rule(CODE, HOLDS, (say, typed: TypedGraph): boolean => {
  let isLocal = true
  for (const loop of typed.graph.loops) {
    const inside = new Set(loop)
    for (const id of loop) {
      const step = typed.steps.get(id)
      if (!step) continue
      for (const cut of edgesOf(step, typed)) {
        const writer = cut.writers.find((each) => inside.has(each))
        if (writer === undefined || cut.via === 'local') continue
        isLocal = false
        const key = typed.graph.steps.get(writer)?.declaration.key
        say({
          message: `feedback must stay in the task: ${leaves(cut)} on its way round`,
          span: cut.edge.spelt.span,
          repair:
            cut.via === 'topic' ? `read step ${quoted(writer)}` : 'change keys outside the cycle',
          ...(key &&
            cut.via !== 'topic' && { cause: { span: key.span, label: 'its key is changed here' } }),
        })
      }
    }
  }
  return isLocal
})

function leaves({ stream, via }: CutEdge): string {
  if (via === 'topic') return `it goes over topic ${quoted(stream)}`
  return `${quoted(stream)} is ${via === 'broadcast' ? 'broadcast' : 'given another key'}`
}

/** An edge that would close the cycle as feedback if it did not read a topic. */
function feedbackOverTopic({ steps, writers }: Graph, cycle: readonly string[]): Edge | undefined {
  const inside = new Set(cycle)
  const edges = cycle.flatMap((id) => steps.get(id)?.edges ?? [])
  return edges.find(({ mayFeedBack, stream }) => {
    if (!mayFeedBack || stream?.kind !== 'topic') return false
    return writers.get(stream.id)?.some(({ step }) => inside.has(step))
  })
}

function readTheStep({ writers }: Graph, { stream }: Edge): string {
  const [writer] = writers.get(stream?.id ?? '') ?? []
  return `feedback must stay in the task: read step ${quoted(writer?.step ?? '')}, not its topic`
}

function takersOfFeedback({ feedbackOperators }: Graph): Pick<Finding, 'notes'> {
  if (feedbackOperators.length === 0) return {}
  return { notes: [`operators that take feedback: ${listed(feedbackOperators)}`] }
}

function edgeFrom({ steps, writers }: Graph, reader: string, writer: string): Edge | undefined {
  return steps.get(reader)?.edges.find(({ stream, feedback }) => {
    if (feedback) return false
    if (stream?.kind === 'output') return stream.step === writer
    return stream && writers.get(stream.id)?.some(({ step }) => step === writer)
  })
}

function describe(path: readonly string[]): string {
  if (path.length <= MOST_SHOWN) return path.join(' -> ')
  const left = path.slice(0, MOST_SHOWN - 2).join(' -> ')
  return `${left} -> ... -> ${path.slice(-2).join(' -> ')}`
}
