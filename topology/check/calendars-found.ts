// The data file of a calendar is beside the topology. Its text is part of the plan's identity.
import type { Spelt } from '../declaration.ts'
import { normalisePath } from '../file-path.ts'
import { quoted } from '../printable.ts'
import type { Files } from '../source.ts'
import { rule } from './rule.ts'

export const calendarsFound = rule(
  'calendars-found',
  'The file of every calendar is there.',
  (say, { value, span }: Spelt<string>, files: Files) => {
    const text = files.read(normalisePath(value))
    if (text !== undefined) return text
    say({
      message: `file ${quoted(value)} is not there`,
      span,
      repair: "check the path, which starts at the topology's folder",
    })
    return undefined
  },
)
