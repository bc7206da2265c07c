// Makes docs/benchmarks.md and its charts from what is committed in bench/results/, in the frame of
// bench/report/benchmarks.txt. Run: node bench/report.ts [--check], which changes nothing and fails
// where the page is not what the results give.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { format } from 'prettier'
import { chartSvg } from './report/chart.ts'
import { kafkaParts } from './report/kafka-parts.ts'
import type { KafkaResults, ScaleResults } from './report/results.ts'
import { charts, scaleParts } from './report/scale-parts.ts'

const at = (path: string): URL => new URL(path, import.meta.url)
const kafka = read('results/kafka.json') as KafkaResults
const scale = read('results/scale.json') as ScaleResults

const parts: Readonly<Record<string, string>> = { ...kafkaParts(kafka), ...scaleParts(scale) }
const used = new Set<string>()
const frame = readFileSync(at('report/benchmarks.txt'), 'utf8')
const filled = frame.replaceAll(/\{\{([\w-]+)\}\}/g, (_, name: string) => {
  const part = parts[name]
  if (part === undefined) throw new Error(`the frame names a part "${name}" that nothing gives`)
  used.add(name)
  return part
})
for (const name of Object.keys(parts)) {
  if (!used.has(name)) throw new Error(`the frame leaves out the part "${name}"`)
}
const style = { parser: 'markdown', semi: false, singleQuote: true, printWidth: 100 } as const
const files = new Map([
  ['../docs/benchmarks.md', await format(filled, style)],
  ...charts(scale).map(({ file, chart }) => {
    return [`../docs/benchmarks/${file}`, chartSvg(chart)] as const
  }),
])
for (const [path, text] of files) {
  const url = at(path)
  const isSame = existsSync(url) && readFileSync(url, 'utf8') === text
  if (isSame) continue
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path.slice('../'.length)} is not what bench/results/ gives\n`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(url.pathname), { recursive: true })
    writeFileSync(url, text)
  }
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(at(path), 'utf8'))
}
