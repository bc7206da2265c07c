// What a person should hear of a replay that went through and yet is probably not what they meant.
import type { Replayed } from './results.ts'

export function warningsOf({ histories, result }: Replayed): readonly string[] {
  return [...histories].flatMap(([name, { items }]) => {
    const read = result.inputs.get(name) ?? 0
    const bad = result.steps.get(name)?.fates.bad ?? 0
    const outside = result.outside.get(name) ?? 0
    if (read === 0 && items.length === 0) return [`the files of "${name}" hold no record`]
    const first = result.deadLetters.find(({ step }) => step === name)
    const why = first ? `, the first at ${first.place}: ${first.reason}` : ''
    if (bad > 0 && bad === read) return [`every record of "${name}" is bad${why}`]
    if (bad > 0) return [`${bad} of ${read} records of "${name}" are bad${why}`]
    return outside > 0 && outside === read ? [`no record of "${name}" lies in the range`] : []
  })
}
