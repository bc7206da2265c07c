// What a person should hear of a replay that went through and yet is probably not what they meant.
import type { Replayed } from './replayed.ts'
import type { LetterTally } from './letter-tally.ts'

export function warningsOf(
  { histories, outcome }: Replayed,
  tally: LetterTally,
): readonly string[] {
  return [...histories].flatMap(([name, { items }]) => {
    const read = outcome.inputs.get(name) ?? 0
    const bad = outcome.steps.get(name)?.fates.bad ?? 0
    const outside = outcome.outside.get(name) ?? 0
    if (read === 0 && items === 0) return [`the files of "${name}" hold no record`]
    const first = tally.firstOf(name)
    const why = first ? `, the first at ${first.place}: ${first.reason}` : ''
    if (bad > 0 && bad === read) return [`every record of "${name}" is bad${why}`]
    if (bad > 0) return [`${bad} of ${read} records of "${name}" are bad${why}`]
    return outside > 0 && outside === read ? [`no record of "${name}" lies in the range`] : []
  })
}
