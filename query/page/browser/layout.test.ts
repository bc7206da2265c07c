import { expect, test } from 'vitest'
import type { Graph } from './graph.ts'
import { layOut, NODE } from './layout.ts'

/** `a > b` drives, `a ~ b` feeds back. */
function graph(text: string): Graph {
  const edges = text.split(',').map((each) => {
    const [from = '', sign = '', to = ''] = each.trim().split(' ')
    return { from, to, kind: sign === '~' ? 'feedback' : 'drives' } as const
  })
  const ids = [...new Set(edges.flatMap(({ from, to }) => [from, to]))]
  return {
    nodes: ids.map((id) => ({ id, kind: 'step', name: id, detail: '', href: '' })),
    edges,
  }
}

const DESK =
  'depth > book, book > marks, trades > clean, clean > bars, bars > signal, book > signal'
const GATE = `${DESK}, signal > gate, marks > gate, rows > gate, gate > fill, fill ~ gate`

test.each([['a > b'], [DESK], [GATE], ['a > d, b > d, c > d, a > e, b > e, c > e']])(
  'leads every edge of %s to the right, and lays no node on another',
  (text) => {
    const { places, lines, width, height } = layOut(graph(text))
    for (const { edge, points } of lines) {
      if (edge.kind === 'feedback') continue
      const xs = points.map(({ x }) => x)
      expect(xs).toEqual(xs.toSorted((a, b) => a - b))
      expect(new Set(xs).size).toBe(xs.length)
    }
    const all = [...places.values()]
    for (const [at, one] of all.entries()) {
      expect(one.x).toBeGreaterThanOrEqual(NODE.width / 2)
      expect(one.x).toBeLessThanOrEqual(width - NODE.width / 2)
      expect(one.y).toBeGreaterThanOrEqual(NODE.height / 2)
      expect(one.y).toBeLessThanOrEqual(height - NODE.height / 2)
      for (const other of all.slice(at + 1)) {
        const isApart = one.x !== other.x || Math.abs(one.y - other.y) >= NODE.height
        expect(isApart, `${JSON.stringify(one)} and ${JSON.stringify(other)}`).toBe(true)
      }
    }
  },
)

test('gives an edge a place of its own in every layer that it crosses', () => {
  const { places, lines } = layOut(graph('a > b, b > c, c > d, a > d'))
  const long = lines.find(({ edge }) => edge.from === 'a' && edge.to === 'd')
  expect(long?.points).toHaveLength(4)
  for (const point of long?.points.slice(1, -1) ?? []) {
    const beside = [...places.values()].filter(({ x }) => x === point.x)
    for (const { y } of beside) expect(Math.abs(y - point.y)).toBeGreaterThan(NODE.height / 2)
  }
})

test('brings what only feeds others near to them', () => {
  const { places } = layOut(graph('a > b, b > c, c > d, rows > d'))
  expect(places.get('rows')?.x).toBe(places.get('c')?.x)
})

test('leaves room beneath for feedback, and none where there is none', () => {
  const [without, having] = ['a > b', 'a > b, b ~ a'].map((text) => layOut(graph(text)).height)
  expect(having).toBeGreaterThan(without ?? 0)
})

test('ends where edges run in a circle, and where there are none', () => {
  expect(layOut(graph('a > b, b > a')).places.size).toBe(2)
  expect(layOut({ nodes: [], edges: [] }).lines).toEqual([])
})
