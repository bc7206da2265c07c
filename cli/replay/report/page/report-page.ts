// A report as one page of HTML that needs nothing else: no network, no other file. The same data
// gives the same bytes.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { ReportData } from '../report-data.ts'
import { assumptions } from './assumptions.ts'
import { chartData, equityPanel, pricesPanel } from './charts.ts'
import { html, type Html, raw, scriptJson } from './html.ts'
import { moment, several } from './number-text.ts'
import { ordersPanel } from './orders-panel.ts'
import {
  accountsPanel,
  buyAndHoldPanel,
  fillsPanel,
  positionsPanel,
  stepsPanel,
  topicsPanel,
} from './results.ts'

/** Panels in their order; one of which there is nothing is not shown. */
const PANELS: readonly (readonly [
  id: string,
  title: string,
  make: (data: ReportData) => Html | undefined,
])[] = [
  ['assumptions', 'Assumptions', assumptions],
  ['results', 'Results', accountsPanel],
  ['buy-and-hold', 'Buy and hold', buyAndHoldPanel],
  ['prices', 'Prices', pricesPanel],
  ['equity', 'Equity', equityPanel],
  ['orders', 'Orders', ordersPanel],
  ['fills', 'Fills', fillsPanel],
  ['positions', 'Positions', positionsPanel],
  ['steps', 'Steps', stepsPanel],
  ['topics', 'Topics', topicsPanel],
]

export function reportPage(data: ReportData): string {
  const panels = PANELS.flatMap(([id, title, make]) => {
    const content = make(data)
    return content === undefined ? [] : [{ id, title, content }]
  })
  const hasCharts = panels.some(({ id }) => id === 'prices' || id === 'equity')
  const style = hasCharts ? `${asset('uplot/dist/uPlot.min.css')}\n${own(STYLE)}` : own(STYLE)
  const scripts = hasCharts ? [plotter(), own(CHARTS)] : []
  const { name } = data.topology
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(style, scripts)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Replay of ${name}</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <header>
          <h1>Replay of ${name}</h1>
          <p>${subtitle(data)}</p>
        </header>
        <nav aria-label="Panels">
          <ul>
            ${panels.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
          </ul>
        </nav>
        <main>${hasCharts && NO_SCRIPT} ${panels.map(({ content }) => content)}</main>
        <footer>
          Written by Millrace ${data.runtime.millrace}. How fast the replay ran is in summary.json,
          as it differs from run to run.
        </footer>
        ${hasCharts && dataElement(data)}${scripts.map(script)}
      </body>
    </html> `.markup
}

const NO_SCRIPT = html`<noscript>
  <p class="note">The charts need JavaScript; all figures are here without it.</p>
</noscript>`

/** Exactly so: the policy names a script by the hash of all that stands in its element. */
function script(text: string): Html {
  return raw(`<script>${text}</script>`)
}

function dataElement(data: ReportData): Html {
  const { markup } = scriptJson(chartData(data))
  return raw(`<script type="application/json" id="chart-data">${markup}</script>`)
}

function subtitle({ inputs }: ReportData): string {
  const happened = inputs.some(({ isTable }) => !isTable)
  const times = inputs
    .filter(({ isTable }) => !isTable || !happened)
    .flatMap(({ files }) => files.flatMap(({ firstTime, lastTime }) => [firstTime, lastTime]))
  const known = times.filter((time) => time !== null)
  const records = inputs.reduce((sum, each) => sum + each.records, 0)
  const read = `${several(records, 'record')} read`
  if (known.length === 0) return read
  const [from, to] = [Math.min(...known), Math.max(...known)]
  return `${moment(from)} to ${moment(to)}, ${read}`
}

/** Forbids everything but the page's own style and scripts, which are named by their hashes. */
function policy(style: string, scripts: readonly string[]): string {
  const named = (texts: readonly string[]): string =>
    texts.length === 0 ? "'none'" : texts.map((text) => `'sha256-${digest(text)}'`).join(' ')
  return [
    "default-src 'none'",
    `script-src ${named(scripts)}`,
    `style-src ${named([style])}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

/** uPlot, with its licence, which goes where it goes. */
function plotter(): string {
  return `/*\n${asset('uplot/LICENSE').trim()}\n*/\n${asset('uplot/dist/uPlot.iife.min.js')}`
}

const require = createRequire(import.meta.url)

function asset(path: string): string {
  return readFileSync(require.resolve(path), 'utf8')
}

const STYLE = new URL('page.css', import.meta.url)
const CHARTS = new URL('charts.js', import.meta.url)

function own(file: URL): string {
  return readFileSync(file, 'utf8')
}
