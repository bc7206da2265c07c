// The graph with its tools: closer, wider, the whole of it, and whether sinks are shown. What is
// chosen in it is told elsewhere; it brings that into sight.
import { button, element } from './dom.ts'
import type { Status, Topology } from './answers.ts'
import { figuresOf } from './figures.ts'
import { graphOf } from './graph.ts'
import { drawGraph, type GraphDrawing } from './graph-drawing.ts'

export interface GraphView {
  readonly root: HTMLElement
  readonly select: (id: string | undefined) => void
  readonly show: (status: Status) => void
}

/** With more sinks than this the graph begins without them. */
const FEW_SINKS = 6
/** Smaller than this nothing is read. */
const LEAST_SCALE = 0.8
const MOST_SCALE = 2
const ZOOM = 1.25

export function makeGraphView(topology: Topology): GraphView {
  let hasSinks = topology.sinks.length > 0 && topology.sinks.length <= FEW_SINKS
  let scale = 0
  let selected: string | undefined
  let status: Status | undefined
  let drawing: GraphDrawing
  const scroll = element('div', { class: 'graph-scroll' })
  const resize = (): void => {
    const { svg, width, height } = drawing
    svg.setAttribute('width', String(Math.round(width * scale)))
    svg.setAttribute('height', String(Math.round(height * scale)))
  }
  const zoom = (to: number): void => {
    const middle = (scroll.scrollLeft + scroll.clientWidth / 2) / scale
    scale = Math.min(MOST_SCALE, Math.max(0.2, to))
    resize()
    scroll.scrollLeft = middle * scale - scroll.clientWidth / 2
  }
  const fitting = (): number => scroll.clientWidth / drawing.width
  const show = (): void => {
    if (status !== undefined) drawing.show(figuresOf(topology, status))
  }
  const draw = (): void => {
    drawing = drawGraph(graphOf(topology, hasSinks), topology.topology)
    scroll.replaceChildren(drawing.svg)
    if (scale > 0) resize()
    drawing.select(selected)
    show()
  }
  const bring = (id: string): void => {
    const at = drawing.placeOf(id)
    if (at === undefined) return
    const left = at.x * scale - scroll.clientWidth / 2
    const isSeen = Math.abs(scroll.scrollLeft - left) < scroll.clientWidth / 2 - 80
    if (!isSeen) scroll.scrollTo({ left, behavior: 'smooth' })
  }
  const sinks = button(`Sinks ${topology.sinks.length}`, () => toggleSinks(), {
    'aria-pressed': String(hasSinks),
    title: 'Show or hide sinks',
  })
  const toggleSinks = (): void => {
    hasSinks = !hasSinks
    sinks.setAttribute('aria-pressed', String(hasSinks))
    draw()
  }
  const tools = element(
    'div',
    { class: 'tools', role: 'group', 'aria-label': 'Graph' },
    topology.sinks.length > 0 && sinks,
    button('−', () => zoom(scale / ZOOM), { 'aria-label': 'Smaller', title: 'Smaller' }),
    button('+', () => zoom(scale * ZOOM), { 'aria-label': 'Larger', title: 'Larger' }),
    button('Fit', () => zoom(fitting()), { 'aria-label': 'The whole graph' }),
  )
  draw()
  new ResizeObserver(() => {
    if (scale > 0 || scroll.clientWidth === 0) return
    scale = Math.min(1, Math.max(LEAST_SCALE, fitting()))
    resize()
    if (selected !== undefined) bring(selected)
  }).observe(scroll)
  return {
    root: element(
      'section',
      { class: 'panel graph', 'aria-label': 'Graph' },
      element('div', { class: 'bar' }, legend(), tools),
      scroll,
    ),
    select: (id) => {
      selected = id
      if (id?.startsWith('sink ') === true && !hasSinks) toggleSinks()
      drawing.select(id)
      if (id !== undefined && scale > 0) bring(id)
    },
    show: (next) => {
      status = next
      show()
    },
  }
}

const LEGEND = [
  ['input', 'input'],
  ['step', 'step'],
  ['output', 'output'],
  ['looked-up', 'looked up'],
  ['repartition', 'by another key'],
  ['broadcast', 'to every task'],
  ['feedback', 'feedback'],
] as const

function legend(): HTMLElement {
  const items = LEGEND.map(([kind, text]) =>
    element('li', {}, element('span', { class: `key ${kind}`, 'aria-hidden': 'true' }), text),
  )
  return element('ul', { class: 'legend' }, ...items)
}
