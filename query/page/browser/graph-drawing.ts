// Draws a graph that was laid out as SVG: nodes that are links, edges between them, and the figures
// of the run beside them, which change while the drawing stays.
import { drawn } from './dom.ts'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'
import { type Layout, layOut, NODE, type Point, SAG } from './layout.ts'

export interface Figures {
  /** Above the edges that leave a node, and below them. */
  readonly above: string
  readonly below: string
  /** Whether something is behind or wrong. */
  readonly isTroubled: boolean
}

export interface GraphDrawing {
  readonly svg: SVGSVGElement
  readonly width: number
  readonly height: number
  readonly placeOf: (id: string) => Point | undefined
  readonly select: (id: string | undefined) => void
  readonly show: (figuresOf: (node: GraphNode) => Figures) => void
}

/** A letter of a name is about so wide. */
const LETTER = 7.4
const DETAIL_LETTER = 5.9
const PADDING = 12

export function drawGraph(graph: Graph, title: string): GraphDrawing {
  const layout = layOut(graph)
  const { width, height, places } = layout
  const nodes = new Map(
    graph.nodes.flatMap((node) => {
      const at = places.get(node.id)
      return at === undefined ? [] : [[node, drawNode(node, at)] as const]
    }),
  )
  const leaving = new Set(graph.edges.map(({ from }) => from))
  const labels = new Map(
    graph.nodes.map((node) => [node, drawFigures(node, places, leaving.has(node.id))]),
  )
  const lines = layout.lines.map(({ edge, points }) => [edge, drawLine(edge, points)] as const)
  const svg = drawn(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': `Topology ${title}` },
    drawn('g', { class: 'edges', 'aria-hidden': 'true' }, ...lines.map(([, line]) => line)),
    drawn('g', { class: 'nodes' }, ...[...nodes.values()]),
    drawn('g', { class: 'figures', 'aria-hidden': 'true' }, ...[...labels.values()]),
  )
  return {
    svg,
    width,
    height,
    placeOf: (id) => places.get(id),
    select: (id) => {
      for (const [node, link] of nodes) {
        if (node.id === id) link.setAttribute('aria-current', 'true')
        else link.removeAttribute('aria-current')
      }
      for (const [{ from, to }, line] of lines) {
        line.classList.toggle('near', id === from || id === to)
      }
    },
    show: (figuresOf) => {
      for (const [node, link] of nodes) {
        const figures = figuresOf(node)
        const said = [node.name, kindWords(node), figures.above, figures.below]
        link.setAttribute('aria-label', said.filter((part) => part !== '').join(', '))
        link.classList.toggle('troubled', figures.isTroubled)
        const [above, below] = labels.get(node)?.children ?? []
        if (above !== undefined) above.textContent = figures.above
        if (below !== undefined) below.textContent = figures.below
      }
    },
  }
}

function kindWords({ kind, detail }: GraphNode): string {
  return kind === 'step' ? detail : kind === 'sink' ? `${detail} sink` : `${kind} topic`
}

function drawNode(node: GraphNode, { x, y }: Point): SVGAElement {
  const { width, height } = NODE
  const [left, top] = [x - width / 2, y - height / 2]
  const radius = node.kind === 'step' ? 7 : height / 2
  return drawn(
    'a',
    { class: `node ${node.kind}`, href: node.href, 'data-id': node.id, 'aria-label': node.name },
    drawn('rect', { x: left, y: top, width, height, rx: radius }),
    drawn('title', {}, `${node.name}: ${node.detail}`),
    text(x, y - 3, 'name', clipped(node.name, LETTER)),
    text(x, y + 13, 'detail', clipped(node.detail, DETAIL_LETTER)),
  )
}

/** Right of a node, where all edges that leave it begin. */
function drawFigures({ id }: GraphNode, places: Layout['places'], isLeft: boolean): SVGGElement {
  const at = places.get(id)
  if (at === undefined) return drawn('g')
  // What no edge leaves shows them under itself.
  const under = at.y + NODE.height / 2 + 11
  if (!isLeft) return drawn('g', {}, text(0, 0, 'above', ''), text(at.x, under, 'under', ''))
  const x = at.x + NODE.width / 2 + 6
  return drawn('g', {}, text(x, at.y - 5, 'above', ''), text(x, at.y + 13, 'below', ''))
}

function text(x: number, y: number, kind: string, content: string): SVGTextElement {
  return drawn('text', { x, y, class: kind }, content)
}

function clipped(content: string, letter: number): string {
  const most = Math.floor((NODE.width - 2 * PADDING) / letter)
  return content.length <= most ? content : `${content.slice(0, most - 1)}…`
}

function drawLine(edge: GraphEdge, points: readonly Point[]): SVGPathElement {
  const d = edge.kind === 'feedback' ? sagging(points) : flowing(points)
  return drawn('path', { class: `edge ${edge.kind}`, d })
}

/** From the right side of the first to the left side of the last, level at every point. */
function flowing(points: readonly Point[]): string {
  const half = NODE.width / 2
  const [first, ...others] = points
  if (first === undefined) return ''
  let [x, y] = [first.x + half, first.y]
  let path = `M ${x} ${y}`
  for (const point of others) {
    const isEnd = point === others.at(-1)
    const start = point.x - half
    const bend = (start - x) / 2
    path += ` C ${x + bend} ${y} ${start - bend} ${point.y} ${start} ${point.y}`
    // Through a layer it runs level, as wide as a node would be.
    if (!isEnd) path += ` H ${point.x + half}`
    ;[x, y] = [point.x + half, point.y]
  }
  return path
}

/** Below both, from right to left. */
function sagging([from, to]: readonly Point[]): string {
  if (from === undefined || to === undefined) return ''
  const half = NODE.height / 2
  // A cubic comes three quarters of the way to where it is pulled.
  const low = Math.max(from.y, to.y) + half + SAG / 0.75
  const [start, end] = [from.x + 12, to.x - 12]
  return `M ${start} ${from.y + half} C ${start} ${low} ${end} ${low} ${end} ${to.y + half}`
}
