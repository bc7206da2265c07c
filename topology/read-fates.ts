// `fate:` at the top, on steps and on sinks: what becomes of records that are bad, late or
// duplicate.
import type { Fate, FateKind, Fates } from './declaration.ts'
import type { Report } from './diagnostic.ts'
import { checkKeys, mapOf, partOf, refuseMissing, wordOf } from './reading.ts'
import type { Owner } from './reading.ts'
import { entryOf } from './tree.ts'
import type { Node } from './tree.ts'

const KINDS: readonly FateKind[] = ['bad', 'late', 'duplicate']
const FATES: readonly Fate[] = ['fail', 'skip', 'dead-letter']

/** Of a step, or of a sink that has some of the kinds: those that it states. */
export function readFates(
  node: Node,
  owner: Owner,
  report: Report,
  kinds: readonly FateKind[] = KINDS,
): Partial<Readonly<Record<FateKind, Fate>>> {
  const words = kinds.join(', ').replace(/, (?=\w+$)/, ' and ')
  const map = mapOf(node, owner, `a map with ${words}`, report)
  if (!map) return {}
  checkKeys(map, owner, kinds, report)
  const fates: Partial<Record<FateKind, Fate>> = {}
  for (const kind of kinds) {
    const entry = entryOf(map, kind)
    const fate = entry && wordOf(entry.value, partOf(owner, entry), FATES, report)
    if (fate) fates[kind] = fate.value
  }
  return fates
}

/** The topology's: all three. What is missing or wrong is reported, and is `fail` from here on. */
export function readAllFates(node: Node, owner: Owner, report: Report): Fates {
  if (node.kind === 'map') {
    for (const kind of KINDS) {
      if (!entryOf(node, kind)) refuseMissing(owner, kind, 'dead-letter', report)
    }
  }
  return { bad: 'fail', late: 'fail', duplicate: 'fail', ...readFates(node, owner, report) }
}
