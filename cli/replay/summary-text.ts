// The summary of a replay as a person reads it.
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
    `${count(result.deadLetters.length)} dead letters; everything is in ${folder}`,
    '',
  ]
  return lines.join('\n')
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
