// What a run has counted, as tables that a person reads.
import type { StepCounts } from '../runtime/reference/history.ts'

export function count(number: number): string {
  return number.toLocaleString('en')
}

/** Columns side by side: the first to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** A line for each step, in the order of `ids`. */
export function stepTable(
  ids: readonly string[],
  steps: ReadonlyMap<string, StepCounts>,
): string[] {
  return table([
    ['step', 'in', 'out', 'held', 'bad', 'late', 'duplicate'],
    ...ids.map((id) => {
      const counts = steps.get(id)
      const held = [...(counts?.held.values() ?? [])].reduce((sum, each) => sum + each, 0)
      const { bad = 0, late = 0, duplicate = 0 } = counts?.fates ?? {}
      const cells = [counts?.records ?? 0, counts?.emitted ?? 0, held, bad, late, duplicate]
      return [id, ...cells.map(count)]
    }),
  ])
}

/** `73,520 records in 2.10 s (35,010/s)`. */
export function speedText(records: number, elapsedMs: number): string {
  const seconds = elapsedMs / 1000
  const rate = Math.round(records / Math.max(seconds, 0.001))
  return `${count(records)} records in ${seconds.toFixed(2)} s (${count(rate)}/s)`
}

/** A written topic: its records, and the beginning of its digest. */
export function writtenTable(
  written: Iterable<readonly [string, { readonly records: number; toString: () => string }]>,
): string[] {
  return table([
    ['written', 'records', 'digest'],
    ...[...written].map(([name, digest]) => [
      name,
      count(digest.records),
      digest.toString().slice(0, 16),
    ]),
  ])
}
