// A diagnostic is the author's mistake as a value: collected, sorted, all shown. Rendering is in
// render.ts.
import type { Span } from './source.ts'

export type Severity = 'error' | 'warning'

export interface Diagnostic {
  /** The rule's file name in check/, the heading in docs/errors.md: `fields-exist`. */
  readonly code: string
  readonly severity: Severity
  /** What is wrong, present tense, the user's word in double quotes. */
  readonly message: string
  /** The whole token at fault. */
  readonly span: Span
  /** Stands behind the caret: the repair, or `did you mean "price"?`. */
  readonly repair?: string
  /** A second place at fault, shown below the first. */
  readonly cause?: { readonly span: Span; readonly label: string }
  /** Lines after `=`: what is known that helps. */
  readonly notes?: readonly string[]
}

/** Receives what a rule finds. A rule never throws for a mistake of the author. */
export type Report = (diagnostic: Diagnostic) => void

/** What a rule says; its code is added by `reporter`, its severity is `error` unless stated. */
export type Finding = Omit<Diagnostic, 'code' | 'severity'> & { readonly severity?: Severity }

/** A report function for one rule, so that no rule spells its code twice. */
export function reporter(code: string, report: Report): (finding: Finding) => void {
  return (finding) => report({ severity: 'error', ...finding, code })
}
