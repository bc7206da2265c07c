// Topological orders that depend on names alone, never on the order in which things are given.
import { smallestFirst } from './smallest-first.ts'

/**
 * Ids such that each comes behind those in its `before`, and where it can be behind those in its
 * `preferred`; of those that may come next, the smallest. Linear but for the queue; `before` must
 * have no cycle (asserted).
 */
export function topologicalOrder(
  ids: readonly string[],
  before: ReadonlyMap<string, ReadonlySet<string>>,
  preferred: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): readonly string[] {
  const needs = countdown(ids, before)
  const wishes = countdown(ids, preferred)
  const byName = (a: string, b: string): boolean => a < b
  const ready = smallestFirst(byName)
  const waiting = smallestFirst(byName)
  const offer = (id: string): void => {
    if (needs.left(id) > 0) return
    if (wishes.left(id) === 0) ready.add(id)
    else waiting.add(id)
  }
  for (const id of ids) offer(id)
  const done = new Set<string>()
  for (;;) {
    const id = ready.take() ?? waiting.take()
    if (id === undefined) break
    if (done.has(id)) continue
    done.add(id)
    for (const to of [...needs.settle(id), ...wishes.settle(id)]) offer(to)
  }
  if (done.size !== ids.length) throw new Error('a topological order of a cycle was asked for')
  return [...done]
}

/** How many of what an id waits for are still to come. */
function countdown(ids: readonly string[], waits: ReadonlyMap<string, ReadonlySet<string>>) {
  const left = new Map<string, number>()
  const awaitedBy = new Map<string, string[]>()
  for (const id of ids) {
    for (const from of waits.get(id) ?? []) {
      left.set(id, (left.get(id) ?? 0) + 1)
      const list = awaitedBy.get(from)
      if (list) list.push(id)
      else awaitedBy.set(from, [id])
    }
  }
  return {
    left: (id: string): number => left.get(id) ?? 0,
    /** Takes the id off those that wait for it; returns the ones that wait for nothing more. */
    settle: (id: string): readonly string[] => {
      const waiting = awaitedBy.get(id) ?? []
      for (const each of waiting) left.set(each, (left.get(each) ?? 0) - 1)
      return waiting.filter((each) => left.get(each) === 0)
    },
  }
}
