// The frame that a drawn graph is seen through: it scrolls, and shows the drawing larger or
// smaller.
import { element } from './dom.ts'
import type { GraphDrawing } from './graph-drawing.ts'

export interface GraphFrame {
  readonly root: HTMLElement
  readonly hang: (drawing: GraphDrawing) => void
  /** Larger by a factor. */
  readonly zoom: (factor: number) => void
  /** As large as lets all of it be seen. */
  readonly fit: () => void
  /** Scrolls until a node is in sight. */
  readonly bring: (id: string) => void
}

/** Where the whole would be smaller than this, the frame begins with a part. */
const READABLE = 0.8
const LEAST_SCALE = 0.2
const MOST_SCALE = 2
/** A node this near to an edge of the frame is brought in. */
const EDGE = 80

/** `onSized` is called once it is known how wide the frame is. */
export function makeGraphFrame(onSized: () => void): GraphFrame {
  const root = element('div', { class: 'graph-scroll' })
  let drawing: GraphDrawing | undefined
  let scale = 0
  const resize = (): void => {
    if (drawing === undefined || scale === 0) return
    drawing.svg.setAttribute('width', String(Math.round(drawing.width * scale)))
    drawing.svg.setAttribute('height', String(Math.round(drawing.height * scale)))
  }
  const scaleTo = (to: number): void => {
    const middle = (root.scrollLeft + root.clientWidth / 2) / scale
    scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, to))
    resize()
    root.scrollLeft = middle * scale - root.clientWidth / 2
  }
  const fitting = (): number => root.clientWidth / (drawing?.width ?? 1)
  const sized = new ResizeObserver(() => {
    if (root.clientWidth === 0) return
    sized.disconnect()
    scale = Math.min(1, Math.max(READABLE, fitting()))
    resize()
    onSized()
  })
  sized.observe(root)
  return {
    root,
    hang: (next) => {
      drawing = next
      root.replaceChildren(next.svg)
      resize()
    },
    zoom: (factor) => scaleTo(scale * factor),
    fit: () => scaleTo(fitting()),
    bring: (id) => {
      const at = drawing?.placeOf(id)
      if (at === undefined || scale === 0) return
      const left = at.x * scale - root.clientWidth / 2
      const isSeen = Math.abs(root.scrollLeft - left) < root.clientWidth / 2 - EDGE
      if (!isSeen) root.scrollTo({ left, behavior: 'smooth' })
    },
  }
}
