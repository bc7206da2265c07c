// Dead letters as people read them: a table with the commonest reasons on top, or one letter with
// all that is known of it and what can be done about it.
import { originalOf } from '../../connectors/file/original.ts'
import type { DeadLetterRecord } from '../../runtime/dead-letter.ts'
import { letterValue } from '../../runtime/dead-letters/letter-json.ts'
import {
  coordinatesOf,
  isOfSink,
  type StoredLetter,
} from '../../runtime/dead-letters/stored-letters.ts'
import type { Plan } from '../../topology/plan.ts'
import { printable } from '../../topology/printable.ts'
import { instant } from '../tap/record-lines.ts'

/** How often a reason occurred at a step. */
export interface ReasonCount {
  readonly step: string
  readonly fate: string
  readonly reason: string
  letters: number
}

/** Letters that were chosen: all are counted, the first of them kept. */
export interface Listed {
  readonly total: number
  readonly shown: readonly StoredLetter[]
  /** The commonest first. */
  readonly reasons: readonly ReasonCount[]
}

export async function listLetters(
  letters: AsyncIterable<StoredLetter>,
  limit: number,
): Promise<Listed> {
  const counts = new Map<string, ReasonCount>()
  const shown: StoredLetter[] = []
  let total = 0
  for await (const each of letters) {
    const { step, fate, reason } = each.letter
    const id = JSON.stringify([step, fate, reason])
    const count = counts.get(id) ?? { step, fate, reason, letters: 0 }
    counts.set(id, count)
    count.letters += 1
    total += 1
    if (shown.length < limit) shown.push(each)
  }
  const reasons = [...counts.values()].toSorted((a, b) => b.letters - a.letters)
  return { total, shown, reasons }
}

const MOST_REASONS = 10

export function listText(
  { total, shown, reasons }: Listed,
  isSent: (letter: DeadLetterRecord) => boolean,
): string {
  const lines = [`${total.toLocaleString('en')} dead letters`]
  for (const { step, fate, reason, letters } of reasons.slice(0, MOST_REASONS)) {
    lines.push(`  ${letters.toLocaleString('en')} ${fate} at "${step}": ${reason}`)
  }
  const more = reasons.length - MOST_REASONS
  if (more > 0) lines.push(`  and ${more} more reasons`)
  if (shown.length > 0) {
    const rows = shown.map(({ number, letter }) => [
      number,
      instant(letter.time ?? letter.available),
      letter.step,
      letter.fate,
      isSent(letter) ? 'yes' : '',
      letter.place,
      letter.reason,
    ])
    const heads = ['number', 'time', 'step', 'fate', 'sent', 'place', 'reason']
    lines.push('', ...table([heads, ...rows]))
  }
  const left = total - shown.length
  if (left > 0) lines.push(`${left.toLocaleString('en')} more; --limit shows more of them`)
  return `${lines.map((line) => printable(line)).join('\n')}\n`
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

export function letterText(plan: Plan, { number, letter }: StoredLetter, sent: boolean): string {
  const { step, fate, reason, stream, key, time, available, place, original } = letter
  const value = letterValue(plan, letter)
  const rows: readonly (readonly [string, string])[] = [
    ['letter', number],
    ['step', step],
    ['fate', fate],
    ['reason', reason],
    ['stream', stream],
    ['key', key ?? '-'],
    ['time', instant(time)],
    ['available', instant(available)],
    ['place', place],
    ['record', coordinatesOf(letter) ?? 'none'],
    ['sent', sent ? 'yes' : 'no'],
    ['value', value === null ? '-' : JSON.stringify(value)],
    ...(original === null ? [] : [['original', originalOf(Buffer.from(original))] as const]),
    ['repair', isOfSink(plan, letter) ? REPAIR_OF_SINK : repairOf(letter)],
  ]
  return rows.map(([name, text]) => `${name.padEnd(9)}  ${printable(text)}\n`).join('')
}

const REPAIR_OF_SINK =
  'mend what the reason names, then give the sink another name: it writes its topic anew, this ' +
  'record with it'

function repairOf(letter: DeadLetterRecord): string {
  if (coordinatesOf(letter) === undefined) {
    return 'a timer brought it about, so there is no record to send again; mend the step and rewind'
  }
  switch (letter.fate) {
    case 'late':
      return (
        'state a greater lateness for the topic, and rewind; sent again as it is, it comes at ' +
        'the end of its channel and is later still'
      )
    case 'duplicate':
      return 'it repeats an earlier record; send it again only if that was a mistake'
    default:
      return letter.original === null
        ? 'mend the step or what feeds it, run that, then send the record again'
        : 'feed a corrected record; this one would fail again unless the schema is what was wrong'
  }
}
