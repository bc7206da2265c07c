// A DOT document as an SVG picture: Graphviz as WebAssembly lays it out, on this machine alone.
import { FONT } from './dot.ts'

/** Whatever a system has of these is as wide as what Graphviz measured. */
const FONTS = `${FONT}, Arial, 'Liberation Sans', sans-serif`

/** One `<svg>` element that stands in a file or in a page. */
export async function svgOf(dot: string, title: string): Promise<string> {
  // Graphviz is a megabyte to load: only who wants a picture waits for it.
  const { instance } = await import('@viz-js/viz')
  const drawn = (await instance()).renderString(dot, { format: 'svg' })
  const name = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  return drawn
    .slice(drawn.indexOf('<svg'))
    .replaceAll(/<!--.*?-->\n?/gs, '')
    .replaceAll(new RegExp(`font-family="${FONT}[^"]*"`, 'g'), `font-family="${FONTS}"`)
    .replace('<svg', `<svg role="img" aria-label="Topology ${name}"`)
}
