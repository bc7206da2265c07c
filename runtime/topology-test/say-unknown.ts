// Says that a test names something that its topology does not have, and what it has.
import type { Spelt } from '../../topology/declaration.ts'
import { type Report, reporter } from '../../topology/diagnostic.ts'
import { suggest } from '../../topology/suggest.ts'

export function sayUnknown(
  what: string,
  { value: name, span }: Spelt<string>,
  known: ReadonlySet<string>,
  report: Report,
): void {
  const close = suggest(name, known)
  reporter(
    'test-valid',
    report,
  )({
    message: `there is no ${what} "${name}"`,
    span,
    ...(close !== undefined && { repair: `did you mean "${close}"?` }),
    notes: [`${what}s: ${[...known].join(', ')}`],
  })
}
