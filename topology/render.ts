// Diagnostics as text with carets, or as JSON. Pure: the same findings in any order give the same
// text.
import { styleText } from 'node:util'
import type { Diagnostic } from './diagnostic.ts'
import { cellOf, printable } from './printable.ts'
import type { Cell } from './printable.ts'
import { lineAndColumn, lineBounds } from './source.ts'
import type { Span } from './source.ts'

export interface RenderOptions {
  /** Colours for a terminal; off unless asked for. */
  readonly colour?: boolean
  /** The closing line `2 errors, 1 warning`; on unless refused. */
  readonly summary?: boolean
}

/** Columns that are shown of a source line, which is cut around the caret, and of a note. */
const WIDEST = 90
/** Columns that stay in front of the caret when a line is cut. */
const BEFORE_CARET = 32
const CUT = '...'

type Style = 'red' | 'yellow' | 'blue' | 'bold'
type Paint = (style: Style, text: string) => string

/** By file, place and code; what is said twice is kept once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const once = new Map<string, Diagnostic>()
  for (const each of diagnostics) {
    const { span, code, message } = each
    const identity = [span.source.path, span.start, span.end, code, message].join('\0')
    if (!once.has(identity)) once.set(identity, each)
  }
  return [...once.values()].sort(
    (a, b) =>
      compare(a.span.source.path, b.span.source.path) ||
      a.span.start - b.span.start ||
      a.span.end - b.span.end ||
      compare(a.code, b.code) ||
      compare(a.message, b.message),
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * Every diagnostic with its place and caret, sorted, and a line that counts them. Empty for none.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: RenderOptions = {},
): string {
  const paint: Paint = options.colour
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_, text) => text
  const sorted = sortDiagnostics(diagnostics)
  const blocks = sorted.map((each) => renderOne(each, paint))
  if (sorted.length > 0 && options.summary !== false) blocks.push(summaryOf(sorted))
  return blocks.join('\n\n')
}

function summaryOf(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((each) => each.severity === 'error').length
  const warnings = diagnostics.length - errors
  const counts = [
    ...(errors > 0 ? [`${errors} error${errors === 1 ? '' : 's'}`] : []),
    ...(warnings > 0 ? [`${warnings} warning${warnings === 1 ? '' : 's'}`] : []),
  ]
  return counts.join(', ')
}

function renderOne(diagnostic: Diagnostic, paint: Paint): string {
  const { code, severity, message, span, repair, cause, notes = [] } = diagnostic
  const colour = severity === 'error' ? 'red' : 'yellow'
  const spans = cause ? [span, cause.span] : [span]
  const digits = Math.max(...spans.map((each) => String(placeOf(each).line).length))
  const gutter = `${' '.repeat(digits + 3)}${paint('blue', '|')}`
  const lines = [
    `${paint(colour, `${severity}[${code}]`)}: ${paint('bold', printable(message))}`,
    ...renderPlace(span, repair, digits, (text) => paint(colour, text), paint),
  ]
  if (cause) {
    lines.push(gutter)
    lines.push(
      ...renderPlace(cause.span, cause.label, digits, (text) => paint('blue', text), paint),
    )
  }
  if (notes.length > 0) lines.push(gutter)
  for (const note of notes) {
    const [first = '', ...rest] = wrapped(printable(note))
    lines.push(`${' '.repeat(digits + 3)}${paint('blue', '=')} ${first}`)
    for (const line of rest) lines.push(`${' '.repeat(digits + 5)}${line}`)
  }
  return lines.join('\n')
}

/** Lines of at most `WIDEST` characters where the words allow it. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDEST) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function renderPlace(
  span: Span,
  label: string | undefined,
  digits: number,
  mark: (text: string) => string,
  paint: Paint,
): readonly string[] {
  const { line, column } = placeOf(span)
  const { text, before, width } = excerptOf(span)
  const carets = '^'.repeat(Math.max(1, width))
  const said = label === undefined ? carets : `${carets} ${printable(label)}`
  const bar = paint('blue', '|')
  const empty = ' '.repeat(digits + 2)
  return [
    `  ${printable(span.source.path)}:${line}:${column}`,
    `${empty} ${bar}`,
    `${paint('blue', `  ${String(line).padStart(digits)}`)} ${bar} ${text}`.trimEnd(),
    `${empty} ${bar} ${' '.repeat(before)}${mark(said)}`,
  ]
}

/** Offsets that a rule got wrong must not stop the others from being shown. */
function placeOf(span: Span): { line: number; column: number } {
  return lineAndColumn(span.source, Math.min(Math.max(0, span.start), span.source.text.length))
}

interface Excerpt {
  readonly text: string
  /** Columns in front of the caret, and under it. */
  readonly before: number
  readonly width: number
}

/** The line of a span's start as it is shown; a span of several lines ends with the first. */
function excerptOf(span: Span): Excerpt {
  const { text } = span.source
  const start = Math.min(Math.max(0, span.start), text.length)
  const line = lineBounds(span.source, start)
  const end = Math.min(Math.max(start, span.end), Math.max(start, line.end))
  // A line may be a megabyte long: only what can be shown is looked at.
  const from = Math.max(line.start, start - 2 * WIDEST)
  const to = Math.min(line.end, start + 2 * WIDEST)
  const before = cellsOf(text.slice(from, start))
  const under = cellsOf(text.slice(start, Math.min(end, to)))
  const after = cellsOf(text.slice(Math.min(end, to), to))
  const isWhole = from === line.start && to === line.end
  if (isWhole && widthOf(before) + widthOf(under) + widthOf(after) <= WIDEST) {
    return {
      text: shown([...before, ...under, ...after]),
      before: widthOf(before),
      width: widthOf(under),
    }
  }
  const left = lastThatFit(before, BEFORE_CARET)
  const lead = left.length < before.length || from > line.start ? CUT : ''
  const room = WIDEST - lead.length - widthOf(left)
  const marked = firstThatFit(under, room)
  const right = firstThatFit(after, room - widthOf(marked))
  const isCut = marked.length + right.length < under.length + after.length || to < line.end
  return {
    text: `${lead}${shown([...left, ...marked, ...right])}${isCut ? CUT : ''}`,
    before: lead.length + widthOf(left),
    width: widthOf(marked),
  }
}

function cellsOf(text: string): readonly Cell[] {
  return Array.from(text, cellOf)
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0)
}

function shown(cells: readonly Cell[]): string {
  return cells.map((cell) => cell.shown).join('')
}

function firstThatFit(cells: readonly Cell[], columns: number): readonly Cell[] {
  let width = 0
  const end = cells.findIndex((cell) => (width += cell.width) > columns)
  return end < 0 ? cells : cells.slice(0, end)
}

function lastThatFit(cells: readonly Cell[], columns: number): readonly Cell[] {
  return [...firstThatFit([...cells].reverse(), columns)].reverse()
}

/**
 * A diagnostic for machines; lines and columns are one-based, the end is behind the last
 * character.
 */
export interface JsonDiagnostic extends JsonPlace {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly repair?: string
  readonly cause?: JsonPlace & { readonly label: string }
  readonly notes?: readonly string[]
}

interface JsonPlace {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export function diagnosticsToJson(diagnostics: readonly Diagnostic[]): readonly JsonDiagnostic[] {
  return sortDiagnostics(diagnostics).map(
    ({ code, severity, message, span, repair, cause, notes }) => ({
      code,
      severity,
      message,
      ...jsonPlace(span),
      ...(repair !== undefined && { repair }),
      ...(cause && { cause: { ...jsonPlace(cause.span), label: cause.label } }),
      ...(notes && { notes }),
    }),
  )
}

function jsonPlace(span: Span): JsonPlace {
  const start = placeOf(span)
  const end = lineAndColumn(span.source, Math.max(span.start, span.end))
  return { file: span.source.path, ...start, endLine: end.line, endColumn: end.column }
}
