// Places a graph from left to right in layers, after Sugiyama, Tagawa and Toda (1981): every edge
// but feedback leads to a layer further right, through a place of its own in each layer that it
// crosses; places are ordered by the middle of their neighbours; none lies on another.
import type { Graph, GraphEdge } from './graph.ts'

export const NODE = { width: 136, height: 44 }
const LAYER_GAP = 68
const NODE_GAP = 18
const EDGE_GAP = 10
const MARGIN = 20
/** How far below its nodes feedback is drawn. */
export const SAG = 44
/** Odd, so that the last one goes from left to right: most of what is right has one writer. */
const SWEEPS = 13

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  /** The middle of each node, by id. */
  readonly places: ReadonlyMap<string, Point>
  /** Of each edge the points that it passes, its ends included; feedback has its ends alone. */
  readonly lines: readonly { readonly edge: GraphEdge; readonly points: readonly Point[] }[]
}

/** A node, or where an edge crosses a layer. */
interface Place {
  readonly id: string
  readonly height: number
  readonly before: Place[]
  readonly behind: Place[]
  y: number
}

export function layOut({ nodes, edges }: Graph): Layout {
  const known = new Set(nodes.map(({ id }) => id))
  const drawn = edges.filter(({ from, to }) => known.has(from) && known.has(to))
  const forward = drawn.filter(({ kind }) => kind !== 'feedback')
  const ids = nodes.map(({ id }) => id)
  const layerOf = layersOf(ids, forward)
  const last = Math.max(0, ...layerOf.values())
  const layers: Place[][] = Array.from({ length: last + 1 }, () => [])
  const placed = new Map<string, Place>()
  const add = (id: string, layer: number, height: number): Place => {
    const place: Place = { id, height, before: [], behind: [], y: 0 }
    layers[layer]?.push(place)
    return place
  }
  for (const id of ids) placed.set(id, add(id, layerOf.get(id) ?? 0, NODE.height))
  const chains = new Map(
    forward.map((edge) => {
      const [from, to] = [layerOf.get(edge.from) ?? 0, layerOf.get(edge.to) ?? 0]
      const between = Array.from({ length: Math.max(0, to - from - 1) }, (_, at) =>
        add('', from + at + 1, 0),
      )
      const chain = [placed.get(edge.from), ...between, placed.get(edge.to)]
      const whole = chain.filter((place) => place !== undefined)
      whole.forEach((place, at) => join(whole[at - 1], place))
      return [edge, whole] as const
    }),
  )
  order(layers)
  setApart(layers)
  return drawingOf(layers, placed, drawn, chains)
}

function join(before: Place | undefined, place: Place): void {
  if (before === undefined) return
  before.behind.push(place)
  place.before.push(before)
}

/** How far right each must be; what only feeds others is brought near to them. */
function layersOf(
  ids: readonly string[],
  edges: readonly GraphEdge[],
): ReadonlyMap<string, number> {
  const layers = new Map(ids.map((id) => [id, 0]))
  // A graph of n nodes has no longer path; where edges run in a circle it ends all the same.
  for (let round = 0, moved = true; moved && round < ids.length; round += 1) {
    moved = false
    for (const { from, to } of edges) {
      const least = (layers.get(from) ?? 0) + 1
      if ((layers.get(to) ?? 0) >= least || from === to) continue
      layers.set(to, Math.min(least, ids.length))
      moved = true
    }
  }
  for (const id of ids.filter((each) => !edges.some(({ to }) => to === each))) {
    const fed = edges.filter(({ from }) => from === id).map(({ to }) => layers.get(to) ?? 0)
    if (fed.length > 0) layers.set(id, Math.max(0, Math.min(...fed) - 1))
  }
  return layers
}

/** Sweeps to and fro: each layer in the order of the middles of the one before it. */
function order(layers: readonly Place[][]): void {
  for (const layer of layers) renumber(layer)
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isForth = sweep % 2 === 0
    for (const layer of isForth ? layers : layers.toReversed()) {
      const middles = new Map(
        layer.map((place) => {
          const beside = isForth ? place.before : place.behind
          return [place, beside.length === 0 ? place.y : mean(beside)]
        }),
      )
      layer.sort((a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0))
      renumber(layer)
    }
  }
}

function renumber(layer: readonly Place[]): void {
  // From the middle, so that short layers and long ones agree.
  layer.forEach((place, at) => (place.y = at - (layer.length - 1) / 2))
}

/** Each as near to the middle of its neighbours as its order and the gaps allow. */
function setApart(layers: readonly Place[][]): void {
  for (const layer of layers) spread(layer, (place) => place.y * (NODE.height + NODE_GAP))
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const layer of sweep % 2 === 0 ? layers : layers.toReversed()) {
      spread(layer, (place) => {
        const beside = [...place.before, ...place.behind]
        return beside.length === 0 ? place.y : mean(beside)
      })
    }
  }
}

/**
 * The places of least squared distance from those wanted that keep order and gaps: pools of
 * neighbours that want to overlap share their mean (pool adjacent violators).
 */
function spread(layer: readonly Place[], wantedOf: (place: Place) => number): void {
  let offset = 0
  const offsets = layer.map((place, at) => {
    const above = layer[at - 1]
    if (above !== undefined) offset += (above.height + place.height) / 2 + gapOf(above, place)
    return offset
  })
  const pools: { sum: number; count: number }[] = []
  layer.forEach((place, at) => {
    pools.push({ sum: wantedOf(place) - (offsets[at] ?? 0), count: 1 })
    for (;;) {
      const [above, own] = pools.slice(-2)
      if (above === undefined || own === undefined) break
      if (above.sum / above.count <= own.sum / own.count) break
      pools.splice(-2, 2, { sum: above.sum + own.sum, count: above.count + own.count })
    }
  })
  const starts = pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count))
  layer.forEach((place, at) => (place.y = (starts[at] ?? 0) + (offsets[at] ?? 0)))
}

function gapOf(above: Place, place: Place): number {
  return above.height > 0 && place.height > 0 ? NODE_GAP : EDGE_GAP
}

function mean(places: readonly Place[]): number {
  return places.reduce((sum, { y }) => sum + y, 0) / places.length
}

function drawingOf(
  layers: readonly Place[][],
  placed: ReadonlyMap<string, Place>,
  edges: readonly GraphEdge[],
  chains: ReadonlyMap<GraphEdge, readonly Place[]>,
): Layout {
  const all = layers.flat()
  const top = Math.min(0, ...all.map(({ y, height }) => y - height / 2)) - MARGIN
  const bottom = Math.max(0, ...all.map(({ y, height }) => y + height / 2)) + MARGIN
  const pointOf = new Map<Place, Point>()
  layers.forEach((layer, at) => {
    const x = MARGIN + NODE.width / 2 + at * (NODE.width + LAYER_GAP)
    for (const place of layer) pointOf.set(place, { x, y: place.y - top })
  })
  const pointsOf = (places: readonly (Place | undefined)[]): readonly Point[] =>
    places.flatMap((place) => (place && pointOf.get(place)) ?? [])
  const feedback = edges.filter(({ kind }) => kind === 'feedback')
  const ends = feedback.flatMap(({ from, to }) => [
    placed.get(from)?.y ?? 0,
    placed.get(to)?.y ?? 0,
  ])
  const sagging = Math.max(...ends) + NODE.height / 2 + SAG + MARGIN
  return {
    width: 2 * MARGIN + layers.length * (NODE.width + LAYER_GAP) - LAYER_GAP,
    height: Math.max(bottom, sagging) - top,
    places: new Map([...placed].flatMap(([id, place]) => pointsOf([place]).map((at) => [id, at]))),
    lines: edges.map((edge) => {
      const places = chains.get(edge) ?? [placed.get(edge.from), placed.get(edge.to)]
      return { edge, points: pointsOf(places) }
    }),
  }
}
