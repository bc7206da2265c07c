// docs/sinks.md is written by hand but for one part under each kind's heading: its config, the
// settings of its connection and its example, from their specs.
import type { Setting, SinkKind } from '../sinks/sink.ts'
import { formatDuration } from '../topology/duration.ts'
import { code, table } from './markdown.ts'
import { type ConfigRow, configRows } from './operators/describe-config.ts'

/** Prettier leaves what is between them as it is. */
const BEGIN = '<!-- prettier-ignore-start -->'
const END = '<!-- prettier-ignore-end -->'

/** The page with its generated parts as they should be; a kind without a heading gets one. */
export function sinksPage(page: string, kinds: ReadonlyMap<string, SinkKind>): string {
  let whole = page
  for (const kind of kinds.values()) whole = withPart(whole, kind)
  return whole
}

function withPart(page: string, kind: SinkKind): string {
  const heading = `## ${kind.name}\n`
  const start = page.indexOf(`\n${heading}`)
  if (start === -1) return `${page.trimEnd()}\n\n${heading}\n${partOf(kind)}\n`
  const at = start + 1 + heading.length
  const next = page.indexOf('\n## ', at)
  const section = page.slice(at, next === -1 ? page.length : next)
  const begin = section.indexOf(BEGIN)
  const end = section.indexOf(END)
  const written = begin === -1 || end === -1 ? section : section.slice(end + END.length)
  const above = begin === -1 ? '' : section.slice(0, begin).trim()
  const parts = [above, partOf(kind), written.trim()].filter((part) => part !== '')
  const rest = next === -1 ? '' : page.slice(next)
  return `${page.slice(0, at)}\n${parts.join('\n\n')}\n${rest}`
}

function partOf({ name, summary, config, settings, example }: SinkKind): string {
  const rows = Object.entries(settings).map(([word, setting]) => settingCells(word, setting))
  return [
    BEGIN,
    `<!-- from the specs of sinks/${name}/, by npm run docs -->`,
    summary,
    `\`\`\`yaml\n${example.trim()}\n\`\`\``,
    `What stands under ${code(name)} in a topology:`,
    table(['key', 'takes', 'if left out', 'is'], configRows(config).map(configCells)),
    `What stands beside ${code(`connector: ${name}`)} in the environment:`,
    table(['setting', 'takes', 'if left out', 'is'], rows),
    END,
  ].join('\n\n')
}

function configCells({ key, takes, isRequired, default: standard, summary }: ConfigRow) {
  return [code(key), takes, leftOut(isRequired, standard), summary]
}

const TAKES: Readonly<Record<Setting['kind'], string>> = {
  text: 'text',
  url: 'address',
  secret: '`{ secret: NAME }`',
  number: 'number',
  duration: 'duration',
  boolean: 'true or false',
  path: 'path from the file',
}

function settingCells(word: string, { kind, summary, optional, default: standard }: Setting) {
  const isDuration = kind === 'duration' && typeof standard === 'number'
  const written = standard === undefined ? undefined : String(standard)
  const shown = isDuration ? formatDuration(standard) : written
  const isRequired = optional !== true && standard === undefined
  return [code(word), TAKES[kind], leftOut(isRequired, shown), summary]
}

function leftOut(isRequired: boolean, standard: string | undefined): string {
  if (isRequired) return 'required'
  return standard === undefined ? '' : code(standard)
}
