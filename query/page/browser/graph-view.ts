// The graph with its tools: closer, wider, the whole of it, and whether sinks are shown. What is
// chosen in it is told elsewhere; it brings that into sight.
import { button, element } from './dom.ts'
import type { Status, Topology } from './answers.ts'
import { figuresOf } from './figures.ts'
import { graphOf } from './graph.ts'
import { drawGraph, type GraphDrawing } from './graph-drawing.ts'
import { type GraphFrame, makeGraphFrame } from './graph-frame.ts'

export interface GraphView {
  readonly root: HTMLElement
  readonly select: (id: string | undefined) => void
  readonly show: (status: Status) => void
}

/** With more sinks than this the graph begins without them. */
const FEW_SINKS = 6
const ZOOM = 1.25

export function makeGraphView(topology: Topology): GraphView {
  let hasSinks = topology.sinks.length > 0 && topology.sinks.length <= FEW_SINKS
  let selected: string | undefined
  let status: Status | undefined
  let drawing: GraphDrawing
  const frame = makeGraphFrame(() => {
    if (selected !== undefined) frame.bring(selected)
  })
  const show = (): void => {
    if (status !== undefined) drawing.show(figuresOf(topology, status))
  }
  const draw = (): void => {
    drawing = drawGraph(graphOf(topology, hasSinks), topology.topology)
    frame.hang(drawing)
    drawing.select(selected)
    show()
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
  draw()
  const bar = element('div', { class: 'bar' }, legend(), toolsOf(topology, frame, sinks))
  return {
    root: element('section', { class: 'panel graph', 'aria-label': 'Graph' }, bar, frame.root),
    select: (id) => {
      selected = id
      if (id?.startsWith('sink ') === true && !hasSinks) toggleSinks()
      drawing.select(id)
      if (id !== undefined) frame.bring(id)
    },
    show: (next) => {
      status = next
      show()
    },
  }
}

function toolsOf({ sinks: all }: Topology, frame: GraphFrame, sinks: HTMLElement): HTMLElement {
  const act = (text: string, title: string, onClick: () => void): HTMLElement =>
    button(text, onClick, { 'aria-label': title, title })
  return element(
    'div',
    { class: 'tools', role: 'group', 'aria-label': 'Graph' },
    all.length > 0 && sinks,
    act('−', 'Smaller', () => frame.zoom(1 / ZOOM)),
    act('+', 'Larger', () => frame.zoom(ZOOM)),
    act('Fit', 'The whole graph', () => frame.fit()),
  )
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
