// A chart of how cost grows, as SVG that stands by itself: one line, logarithmic across, from zero
// up, a bar from least to most at each point. Both light and dark pages can show it.
import type { Spread } from '../measure/spread.ts'

export interface ChartPoint {
  readonly at: number
  readonly value: Spread
}

export interface Chart {
  readonly title: string
  /** What stands below the axis. */
  readonly across: string
  readonly up: string
  readonly points: readonly ChartPoint[]
}

const WIDTH = 520
const HEIGHT = 260
const LEFT = 56
const RIGHT = 16
const TOP = 36
const BOTTOM = 48
const STEPS = 4
const MARGIN = 1.1

export function chartSvg({ title, across, up, points }: Chart): string {
  const [first, last] = [points[0]?.at ?? 1, points.at(-1)?.at ?? 1]
  const most = niceTop(Math.max(...points.map(({ value }) => value.max)) * MARGIN)
  const span = Math.log(last / first) || 1
  const x = (at: number): number => LEFT + (Math.log(at / first) / span) * (WIDTH - LEFT - RIGHT)
  const y = (value: number): number => HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM)
  const levels = Array.from({ length: STEPS + 1 }, (_, step) => (most * step) / STEPS)
  const line = points.map(({ at, value }) => `${at1(x(at))},${at1(y(value.median))}`).join(' ')
  const parts = [
    text(LEFT, 20, title, 'font-weight="bold"'),
    ...levels.flatMap((level) => [
      rule(LEFT, y(level), WIDTH - RIGHT, y(level), 'stroke-opacity="0.25"'),
      text(LEFT - 6, y(level) + 4, shortText(level), 'text-anchor="end"'),
    ]),
    ...points.flatMap(({ at, value }) => [
      rule(x(at), y(value.min), x(at), y(value.max), 'stroke-width="2"'),
      `<circle cx="${at1(x(at))}" cy="${at1(y(value.median))}" r="3.5" fill="#3b82f6"/>`,
      text(x(at), HEIGHT - BOTTOM + 16, shortText(at), 'text-anchor="middle"'),
    ]),
    `<polyline points="${line}" fill="none" stroke="#3b82f6" stroke-width="2"/>`,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, across, 'text-anchor="middle"'),
    text(WIDTH - RIGHT, 20, up, 'text-anchor="end"'),
  ]
  const size = `viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"`
  const style = 'font-family="sans-serif" font-size="12" fill="#888" stroke="none"'
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style} role="img">`
  return [head, `<title>${escaped(title)}</title>`, ...parts, '</svg>', ''].join('\n')
}

function text(x: number, y: number, content: string, more: string): string {
  return `<text x="${at1(x)}" y="${at1(y)}" ${more}>${escaped(content)}</text>`
}

function rule(x1: number, y1: number, x2: number, y2: number, more: string): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map(at1)
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="#888" ${more}/>`
}

/** The least of 1, 2, 4 or 8 times a power of ten that is not below. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 8].find((each) => each * power >= value) ?? 10) * power
}

function shortText(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`
  return value >= 10_000 ? `${value / 1e3}k` : String(Number(value.toPrecision(3)))
}

function at1(value: number): string {
  return value.toFixed(1)
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
