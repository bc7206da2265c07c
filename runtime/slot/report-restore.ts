// Tells how far the restore of a partition is: now and then, and never for one that is over soon.
import type { RestoreProgress } from '../state/changelog.ts'
import type { SlotOptions } from './options.ts'

const EVERY_MS = 300
const MS = 1_000

export function reportRestore(
  { pace, report }: Pick<SlotOptions, 'pace' | 'report'>,
  place: { readonly slot: number; readonly partition: number },
): RestoreProgress {
  const began = pace.now()
  let told = began
  return (records, of, bytes) => {
    const now = pace.now()
    if (now - told < EVERY_MS) return
    told = now
    const perSecond = (records * MS) / (now - began)
    const etaMs = (Math.max(0, of - records) * MS) / perSecond
    report({ kind: 'restoring', ...place, records, of, bytes, perSecond, etaMs })
  }
}
