// Steps do not wait for themselves. Operators that may read what comes after them in the same task
// will say so; until then every cycle of known operators is refused, and one through an unknown
// operator is not judged.
import { pathOfCycle } from '../cycles.ts'
import type { Edge, Graph } from '../graph.ts'
import { quoted } from '../printable.ts'
import { rule } from './rule.ts'

const MOST_SHOWN = 10

export const cyclesLocal = rule(
  'cycles-local',
  'No step depends on its own output.',
  (say, graph: Graph) => {
    const { cycles, steps, upstream } = graph
    for (const cycle of cycles) {
      if (cycle.some((id) => !steps.get(id)?.signature)) continue
      // Along `upstream` the path runs against the data.
      const path = pathOfCycle(cycle, upstream)
      const [first = '', before = first] = path
      const edge = edgeFrom(graph, first, before)
      const into = edgeFrom(graph, path.at(-1) ?? first, first)
      if (!edge) throw new Error(`step ${first} does not read ${before}`)
      const way = describe([first, ...path.slice(1).reverse(), first])
      say({
        message: `step ${quoted(first)} depends on itself: ${way}`,
        span: edge.spelt.span,
        repair: 'cut the circle: prev(x) is an earlier value',
        ...(into &&
          path.length > 1 && {
            cause: { span: into.spelt.span, label: 'its output comes back from here' },
          }),
      })
    }
  },
)

function edgeFrom({ steps, writers }: Graph, reader: string, writer: string): Edge | undefined {
  return steps.get(reader)?.edges.find(({ stream }) => {
    if (stream?.kind === 'output') return stream.step === writer
    return stream && writers.get(stream.id)?.some(({ step }) => step === writer)
  })
}

function describe(path: readonly string[]): string {
  if (path.length <= MOST_SHOWN) return path.join(' -> ')
  const left = path.slice(0, MOST_SHOWN - 2).join(' -> ')
  return `${left} -> ... -> ${path.slice(-2).join(' -> ')}`
}
