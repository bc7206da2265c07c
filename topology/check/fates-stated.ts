// A topology says what becomes of records that are bad, late or duplicate. Nothing is dropped in
// silence.
import type { TopologyDeclaration } from '../declaration.ts'
import { rule } from './rule.ts'

export const fatesStated = rule(
  'fates-stated',
  'The topology states a fate for records that are bad, late or duplicate.',
  (say, { fates, fatesSpan }: TopologyDeclaration) => {
    if (fates) return
    say({
      message: 'the topology does not say what becomes of bad, late and duplicate records',
      span: fatesSpan,
      repair: 'add "fate: { bad: dead-letter, late: dead-letter, duplicate: skip }"',
      notes: ['a fate is fail, skip or dead-letter; a step may state its own'],
    })
  },
)
