import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cyclesOf, pathOfCycle } from './cycles.ts'

const NODES = ['a', 'b', 'c', 'd', 'e', 'f']
type Graph = Readonly<Record<string, readonly string[]>>
const graphs = fc.record(
  Object.fromEntries(NODES.map((node) => [node, fc.uniqueArray(fc.constantFrom(...NODES))])),
)

/** The naive way: whatever reaches each other. */
function reaches(graph: Graph, from: string, to: string): boolean {
  const seen = new Set(graph[from])
  for (const node of seen) for (const next of graph[node] ?? []) seen.add(next)
  return seen.has(to)
}

test('it finds the nodes that reach each other', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const found = cyclesOf(NODES, (node) => graph[node] ?? [])
      const expected = NODES.filter((node) => reaches(graph, node, node)).map((node) =>
        NODES.filter((other) => reaches(graph, node, other) && reaches(graph, other, node)).join(),
      )
      expect(found.map((cycle) => cycle.join()).sort()).toEqual([...new Set(expected)].sort())
    }),
  )
})

test('it finds a shortest way round', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const successors = (node: string): readonly string[] => graph[node] ?? []
      for (const cycle of cyclesOf(NODES, successors)) {
        const path = pathOfCycle(cycle, successors)
        const [first = ''] = path
        expect(first).toBe(cycle[0])
        const steps = path.map((node, index) => successors(node).includes(path[index + 1] ?? first))
        expect(steps).not.toContain(false)
        expect(new Set(path).size).toBe(path.length)
      }
    }),
  )
})

test('it takes a chain of 100,000 nodes', () => {
  const next = (node: string): readonly string[] =>
    node === '99999' ? ['0'] : [String(Number(node) + 1)]
  expect(cyclesOf(['0'], next)[0]?.length).toBe(100_000)
})
