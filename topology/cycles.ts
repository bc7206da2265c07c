// Cycles of a directed graph: its strongly connected components, without recursion, for a chain may
// be long.

export type Successors = (node: string) => readonly string[]

/**
 * The sets of nodes that reach each other; a node alone is one only if it leads to itself. Sorted
 * within, in no particular order among themselves.
 */
export function cyclesOf(nodes: Iterable<string>, successors: Successors): readonly string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const cycles: string[][] = []

  const enter = (node: string): { node: string; next: number; to: readonly string[] } => {
    index.set(node, index.size)
    low.set(node, index.size - 1)
    open.push(node)
    isOpen.add(node)
    return { node, next: 0, to: successors(node) }
  }
  const lower = (node: string, value: number): void => {
    low.set(node, Math.min(low.get(node) ?? value, value))
  }
  const leave = (node: string): void => {
    if (low.get(node) !== index.get(node)) return
    const component: string[] = []
    let last: string | undefined
    do {
      last = open.pop()
      if (last === undefined) throw new Error(`the stack lost ${node}`)
      isOpen.delete(last)
      component.push(last)
    } while (last !== node)
    if (component.length > 1 || successors(node).includes(node)) cycles.push(component.sort())
  }

  for (const root of nodes) {
    if (index.has(root)) continue
    const path = [enter(root)]
    for (let frame = path.at(-1); frame; frame = path.at(-1)) {
      const to = frame.to[frame.next]
      frame.next += 1
      if (to === undefined) {
        path.pop()
        leave(frame.node)
        const parent = path.at(-1)
        if (parent) lower(parent.node, low.get(frame.node) ?? 0)
      } else if (!index.has(to)) {
        path.push(enter(to))
      } else if (isOpen.has(to)) {
        lower(frame.node, index.get(to) ?? 0)
      }
    }
  }
  return cycles
}

/**
 * The shortest way from a component's first node back to it, that node once: `[a, b, c]` for a -> b
 * -> c -> a.
 */
export function pathOfCycle(component: readonly string[], successors: Successors): string[] {
  const [start] = component
  if (start === undefined) return []
  const inside = new Set(component)
  const before = new Map<string, string>()
  const queue = [start]
  for (const node of queue) {
    for (const to of successors(node)) {
      if (to === start) {
        const path = [node]
        for (let at = before.get(node); at !== undefined; at = before.get(at)) path.push(at)
        return path.reverse()
      }
      if (!inside.has(to) || before.has(to)) continue
      before.set(to, node)
      queue.push(to)
    }
  }
  throw new Error(`${start} is in no cycle`)
}
