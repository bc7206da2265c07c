// The summary of a replay as a person reads it.
import type { DeadLetter } from '../../runtime/reference/history.ts'
import type { Replayed } from './results.ts'

export function summaryText(replayed: Replayed, folder: string): string {
  const { plan, histories, result, elapsedMs } = replayed
  const records = [...result.inputs.values()].reduce((sum, each) => sum + each, 0)
  const seconds = elapsedMs / 1000
  const rate = Math.round(records / Math.max(seconds, 0.001))
  const lines = [
    `${plan.topology}: ${count(records)} records in ${seconds.toFixed(2)} s (${count(rate)}/s)`,
    '',
    ...table([
      ['read', 'records', 'bad', 'outside range'],
      ...[...histories].map(([name]) => [
        name,
        count(result.inputs.get(name) ?? 0),
        count(result.steps.get(name)?.fates.bad ?? 0),
        count(result.outside.get(name) ?? 0),
      ]),
    ]),
    '',
    ...table([
      ['step', 'in', 'out', 'held', 'bad', 'late', 'duplicate'],
      ...plan.steps.map(({ id }) => stepRow(id, replayed)),
    ]),
    '',
    ...table([
      ['written', 'records', 'digest'],
      ...[...result.digests].map(([name, digest]) => [
        name,
        count(digest.records),
        digest.toString().slice(0, 16),
      ]),
    ]),
    '',
    ...reasons(result.deadLetters),
    `everything is in ${folder}`,
    '',
  ]
  return lines.join('\n')
}

const SHOWN = 5

/** The commonest reasons of dead letters, each with the first place. */
function reasons(letters: readonly DeadLetter[]): string[] {
  if (letters.length === 0) return []
  const groups = new Map<string, { letter: DeadLetter; records: number }>()
  for (const letter of letters) {
    const group = groups.get(`${letter.step} ${letter.reason}`)
    if (group) group.records += 1
    else groups.set(`${letter.step} ${letter.reason}`, { letter, records: 1 })
  }
  const sorted = [...groups.values()].toSorted((a, b) => b.records - a.records)
  const lines = sorted.slice(0, SHOWN).map(({ letter, records }) => {
    return `  ${count(records)} at "${letter.step}": ${letter.reason}; first ${letter.place}`
  })
  const more = sorted.length - SHOWN
  return [
    `${count(letters.length)} dead letters, in dead-letters.jsonl:`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more reasons`] : []),
    '',
  ]
}

function stepRow(id: string, { result }: Replayed): string[] {
  const counts = result.steps.get(id)
  const held = [...(counts?.held.values() ?? [])].reduce((sum, each) => sum + each, 0)
  const { bad = 0, late = 0, duplicate = 0 } = counts?.fates ?? {}
  return [
    id,
    ...[counts?.records ?? 0, counts?.emitted ?? 0, held, bad, late, duplicate].map(count),
  ]
}

function count(number: number): string {
  return number.toLocaleString('en')
}

/** Columns side by side: the first to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
