// Holds that imports run one way: between files, and between the folders that stand side by side in
// one folder.
import { posix } from 'node:path'
import { importsByFile } from './imports.ts'
import type { Problem, Rule } from './rule.ts'
import { isTest } from './syntax.ts'

type Graph = Map<string, Map<string, Edge>>
interface Edge {
  readonly path: string
  readonly line: number
}

export const importCycles: Rule = {
  name: 'import-cycles',
  reason:
    'A cycle has no first file to read, and makes its members one unit that changes together.',
  find(files) {
    const between: Graph = new Map()
    const folders: Graph = new Map()
    for (const [path, imports] of importsByFile(files)) {
      for (const { target, line, byName } of imports) {
        if (target === undefined || byName) continue
        add(between, path, target, { path, line })
        const sides = isTest(path) ? undefined : foldersApart(path, target)
        if (sides !== undefined) add(folders, sides.from, sides.to, { path, line })
      }
    }
    return [...cyclesIn(between), ...cyclesIn(folders)]
  },
}

function add(graph: Graph, from: string, to: string, edge: Edge): void {
  const edges = graph.get(from) ?? new Map<string, Edge>()
  graph.set(from, edges)
  if (!edges.has(to)) edges.set(to, edge)
}

/**
 * The first folders in which two paths part. Undefined where one path's folder holds the other, and
 * at the top, whose order is folder-order.ts's.
 */
function foldersApart(path: string, target: string): { from: string; to: string } | undefined {
  const a = posix.dirname(path).split('/')
  const b = posix.dirname(target).split('/')
  let depth = 0
  while (depth < a.length && depth < b.length && a[depth] === b[depth]) depth += 1
  if (depth === 0 || depth === a.length || depth === b.length) return undefined
  return { from: a.slice(0, depth + 1).join('/'), to: b.slice(0, depth + 1).join('/') }
}

/** One problem per edge that closes a cycle in a depth-first walk. */
function cyclesIn(graph: Graph): readonly Problem[] {
  const problems: Problem[] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (at: string): void => {
    trail.push(at)
    for (const [next, edge] of graph.get(at) ?? []) {
      if (trail.includes(next)) problems.push(problem(edge, trail.slice(trail.indexOf(next)), next))
      else if (!done.has(next)) visit(next)
    }
    trail.pop()
    done.add(at)
  }
  for (const start of graph.keys()) if (!done.has(start)) visit(start)
  return problems
}

function problem(edge: Edge, trail: readonly string[], next: string): Problem {
  const cycle = [...trail, next].join(' -> ')
  return {
    ...edge,
    message: `imports go round: ${cycle}`,
    repair: 'move what both sides need to a file of its own',
    about: cycle,
  }
}
