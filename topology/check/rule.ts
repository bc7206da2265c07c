// What a rule is: a code, the statement that holds of a topology without its diagnostics, and the
// check. The code is the file's name and a heading in docs/errors.md.
import { reporter } from '../diagnostic.ts'
import type { Finding, Report } from '../diagnostic.ts'

export interface Rule<A extends readonly unknown[] = readonly never[], R = unknown> {
  readonly code: string
  /** One sentence, true of every valid topology. */
  readonly holds: string
  /** Reports what does not hold. Rules about a name return what it stands for. */
  readonly check: (report: Report, ...about: A) => R
}

type Say = (finding: Finding) => void

export function rule<A extends readonly unknown[], R>(
  code: string,
  holds: string,
  check: (say: Say, ...about: A) => R,
): Rule<A, R> {
  return { code, holds, check: (report, ...about) => check(reporter(code, report), ...about) }
}

const MOST_LISTED = 12

const MOST_SORTED = 1_000

/** `a, b, c and 40 more`: what is known, for a note. */
export function listed(names: Iterable<string>): string {
  const all = [...names]
  // Nobody reads so many, and to sort them for each of as many mistakes takes minutes.
  if (all.length > MOST_SORTED) return `${all.length} in all`
  all.sort()
  const shown = all.slice(0, MOST_LISTED).join(', ')
  const more = all.length - MOST_LISTED
  return more > 0 ? `${shown} and ${more} more` : shown
}
