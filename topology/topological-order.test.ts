import fc from 'fast-check'
import { expect, test } from 'vitest'
import { topologicalOrder } from './topological-order.ts'

/** Edges go from smaller to greater numbers, so there is no cycle; ids say nothing of it. */
const graphs = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 12 })
  .chain((ids) =>
    fc.record({
      ids: fc.constant(ids),
      edges: fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 }))),
      wishes: fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 }))),
    }),
  )

function byTarget(ids: readonly string[], edges: readonly (readonly [number, number])[]) {
  const before = new Map<string, Set<string>>()
  for (const [from, to] of edges) {
    const [source, target] = [ids[from], ids[to]]
    if (source === undefined || target === undefined || source === target) continue
    before.set(target, (before.get(target) ?? new Set()).add(source))
  }
  return before
}

test('it puts everything behind what must come before, whatever is wished', () => {
  fc.assert(
    fc.property(graphs, ({ ids, edges, wishes }) => {
      const before = byTarget(
        ids,
        edges.filter(([from, to]) => from < to),
      )
      const order = topologicalOrder(ids, before, byTarget(ids, wishes))
      expect([...order].sort()).toEqual([...ids].sort())
      for (const [target, sources] of before) {
        for (const source of sources) {
          expect(order.indexOf(source)).toBeLessThan(order.indexOf(target))
        }
      }
      expect(topologicalOrder([...ids].reverse(), before, byTarget(ids, wishes))).toEqual(order)
    }),
  )
})

test('it fulfils wishes that stand in no other way', () => {
  fc.assert(
    fc.property(graphs, ({ ids, edges, wishes }) => {
      const wished = byTarget(
        ids,
        wishes.filter(([from, to]) => from < to),
      )
      const before = byTarget(
        ids,
        edges.filter(([from, to]) => from < to),
      )
      const order = topologicalOrder(ids, before, wished)
      for (const [target, sources] of wished) {
        for (const source of sources) {
          expect(order.indexOf(source)).toBeLessThan(order.indexOf(target))
        }
      }
    }),
  )
})

test('it gives equals by name', () => {
  expect(topologicalOrder(['b', 'c', 'a'], new Map([['a', new Set(['c'])]]))).toEqual([
    'b',
    'c',
    'a',
  ])
})

test('it refuses a cycle', () => {
  expect(() => topologicalOrder(['a'], new Map([['a', new Set(['a'])]]))).toThrow('cycle')
})
