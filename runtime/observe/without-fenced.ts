// Two workers of one process may both believe for a moment that a slot is theirs. What the fenced
// one still says comes late, and would undo what the owner has said.
import type { Report } from '../report.ts'

/** Hands on what the latest to open a slot says of it. */
export function withoutFenced(report: Report): Report {
  /** By slot that is open: the epoch of whoever opened it last. */
  const epochs = new Map<number, number>()
  return (event) => {
    if (event.kind === 'slot-opened' || event.kind === 'committed') {
      if (event.epoch < (epochs.get(event.slot) ?? event.epoch)) return
      epochs.set(event.slot, event.epoch)
    } else if (event.kind === 'slot-closed') {
      const known = epochs.get(event.slot)
      if (known !== undefined && (event.epoch ?? -1) < known) return
      epochs.delete(event.slot)
    }
    report(event)
  }
}
