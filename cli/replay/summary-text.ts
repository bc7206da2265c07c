// The summary of a replay as a person reads it.
import { count, speedText, stepTable, table, writtenTable } from '../counts-text.ts'
import type { LetterTally } from './letter-tally.ts'
import type { Replayed } from './results.ts'

export function summaryText(replayed: Replayed, tally: LetterTally, folder: string): string {
  const { plan, histories, outcome, elapsedMs } = replayed
  const records = [...outcome.inputs.values()].reduce((sum, each) => sum + each, 0)
  const lines = [
    `${plan.topology}: ${speedText(records, elapsedMs)}`,
    '',
    ...table([
      ['read', 'records', 'bad', 'outside range'],
      ...[...histories].map(([name]) => [
        name,
        count(outcome.inputs.get(name) ?? 0),
        count(outcome.steps.get(name)?.fates.bad ?? 0),
        count(outcome.outside.get(name) ?? 0),
      ]),
    ]),
    '',
    ...stepTable(
      plan.steps.map(({ id }) => id),
      outcome.steps,
    ),
    '',
    ...writtenTable([...outcome.written].map(([name, { digest }]) => [name, digest] as const)),
    '',
    ...reasons(tally),
    `everything is in ${folder}`,
    '',
  ]
  return lines.join('\n')
}

const SHOWN = 5

/** The commonest reasons of dead letters, each with the first place. */
function reasons({ letters, groups }: LetterTally): string[] {
  if (letters === 0) return []
  const lines = groups.slice(0, SHOWN).map(({ letter, letters: own }) => {
    return `  ${count(own)} at "${letter.step}": ${letter.reason}; first ${letter.place}`
  })
  const more = groups.length - SHOWN
  return [
    `${count(letters)} dead letters, in dead-letters.jsonl:`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more reasons`] : []),
    '',
  ]
}
