import { expect, test } from 'vitest'
import { catalogueWithKept, MOMENTUM_WITH_SINKS } from '../kept-sink.test-data.ts'
import { MOMENTUM, planOf } from '../plan-of.test-data.ts'
import { dotOf } from './dot.ts'
import { drawingOf } from './drawing.ts'
import { ODD_DRAWING } from './odd-drawing.test-data.ts'
import { svgOf } from './svg.ts'

const drawing = drawingOf(planOf(MOMENTUM))
const svg = (await svgOf(dotOf(drawing), drawing.title)).replaceAll('&#45;', '-')

function leftOf(word: string): number {
  return leftIn(svg, word)
}

/** Where the words of a box begin, in points from the left. */
function leftIn(picture: string, word: string): number {
  const [, x] = new RegExp(`<text[^>]* x="([-\\d.]+)"[^>]*>${word}</text>`).exec(picture) ?? []
  return x === undefined ? Number.NaN : Number(x)
}

test('draws every topic, step and frame, inputs left of steps and outputs right of them', () => {
  const steps = ['marks', 'candles', 'trend', 'seen', 'entry', 'book', 'judged'].map(leftOf)
  expect(Math.max(leftOf('mood'), leftOf('quotes'))).toBeLessThan(Math.min(...steps))
  expect(leftOf('signals')).toBeGreaterThan(Math.max(...steps))
  expect(svg).toContain('>sub-topology 1, task 1_0</text>')
  expect(svg).toContain('repartition by all')
})

test('is one svg element that fetches nothing', () => {
  expect(svg.startsWith('<svg role="img" aria-label="Topology momentum"')).toBe(true)
  expect(svg.trimEnd().endsWith('</svg>')).toBe(true)
  expect(svg.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|@import|<image|<script/)
})

test('dashes what is looked up', () => {
  const edge = svg.slice(svg.indexOf('mood-&gt;seen'))
  expect(edge.slice(0, edge.indexOf('</g>'))).toContain('stroke-dasharray')
})

test('shows odd names as they are', async () => {
  const odd = await svgOf(dotOf(ODD_DRAWING), ODD_DRAWING.title)
  expect(odd).toContain('aria-label="Topology a &quot;b&quot; &lt;c> &amp; \\d #1"')
  expect(odd).toMatch(/>a &quot;b&quot; &lt;c&gt; &amp; \\d #1<\/text>/)
  expect(odd).toContain('>x.`&quot;&lt;y&gt;&quot;`</text>')
})

test('stands sinks right of the topics that they read, and of all else', async () => {
  const own = drawingOf(planOf(MOMENTUM_WITH_SINKS, catalogueWithKept))
  const picture = (await svgOf(dotOf(own), own.title)).replaceAll('&#45;', '-')
  const others = ['mood', 'quotes', 'signals', 'judged', 'entry'].map((word) =>
    leftIn(picture, word),
  )
  const sinks = ['kept ledger', 'kept quotes'].map((word) => leftIn(picture, word))
  expect(Math.min(...sinks)).toBeGreaterThan(Math.max(...others))
})
