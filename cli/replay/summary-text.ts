// The summary of a replay as a person reads it.
import { count, speedText, stepTable, table, writtenTable } from '../counts-text.ts'
import type { Plan } from '../../topology/plan.ts'
import { deskText } from './desk-text.ts'
import type { LetterTally } from './letter-tally.ts'
import type { Replayed } from './replayed.ts'
import type { Results } from './results.ts'

/** Where the results are, and the words with which the same history is named again. */
export interface Told {
  readonly folder: string
  readonly history: string
}

export function summaryText(
  replayed: Replayed,
  { tally, report }: Pick<Results, 'tally' | 'report'>,
  told: Told,
): string {
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
    ...deskText(report),
    `everything is in ${told.folder}; next:`,
    ...nextCommands(replayed, told).map((line) => `  ${line}`),
    '',
  ]
  return lines.join('\n')
}

/** What people do with a replay: look at it, read what it wrote, see that it can be trusted. */
function nextCommands(
  { plan, file, engine, outcome }: Replayed,
  { folder, history }: Told,
): string[] {
  const topic = tappedTopic(plan, [...outcome.written.keys()])
  return [
    `open ${folder}/report.html in a browser`,
    // The reference leaves no log to serve.
    ...(engine === 'engine' ? [`npx millrace serve ${folder}`] : []),
    ...(topic === undefined
      ? []
      : [`npx millrace tap ${topic} --log embedded:${folder}/log --until-idle`]),
    `npx millrace verify ${file} ${history} --records 5000`,
  ]
}

/** Fills, where there are any to be read; else what was written last. */
function tappedTopic({ topics }: Plan, written: readonly string[]): string | undefined {
  const all = written.flatMap((name) => topics.get(name) ?? [])
  const fills = all.find(({ record }) => record.name === 'trading.Fill')
  return (fills ?? all.at(-1))?.topic
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
