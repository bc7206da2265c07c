// Tests of rules: this text gives exactly these diagnostics, as they are rendered.
import { expect } from 'vitest'
import type { Diagnostic, Report } from './diagnostic.ts'
import { renderDiagnostics } from './render.ts'
import type { Files, Source } from './source.ts'

/** What a test holds to account: a reader, a rule, or the whole of `checkTopology`. */
export type Finder = (source: Source, report: Report) => void

/**
 * Runs `find` over the text as `topology.yaml` and compares what it reports with the whole rendered
 * text, the summary left out. Both texts may be indented by what all their lines share; no text
 * stands for no diagnostics.
 *
 *   expectDiagnostics(
 *     (source, report) => checkTopology(source, catalogue, options).diagnostics.forEach(report),
 *     `
 *     topology: momentum
 *     topics: 1
 *     `,
 *     `
 *     error[shape]: "topics" is the number 1
 *       topology.yaml:2:9
 *     ...`,
 *   )
 */
export function expectDiagnostics(find: Finder, text: string, expected: string): void {
  const found: Diagnostic[] = []
  find({ path: 'topology.yaml', text: unindent(text) }, (diagnostic) => found.push(diagnostic))
  expect(renderDiagnostics(found, { summary: false })).toBe(unindent(expected).trimEnd())
}

/** Files that a test names with their text; no others are there. */
export function filesOf(files: Readonly<Record<string, string>>): Files {
  return { read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined) }
}

/** Takes the first line break and the indentation that all lines share. */
function unindent(text: string): string {
  const lines = text
    .replace(/^\n/, '')
    .replace(/\n[ ]*$/, '\n')
    .split('\n')
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/[^ ]/))
  const shared = indents.length > 0 ? Math.min(...indents) : 0
  return lines.map((line) => line.slice(shared)).join('\n')
}
