// The sections that hold no streams: `parameters:`, `require:` and `calendars:`.
import type { ParameterDeclaration, TopologyDeclaration } from './declaration.ts'
import { reporter } from './diagnostic.ts'
import type { Report } from './diagnostic.ts'
import { reportSplits } from './expression/split-by-comma.ts'
import { checkFilePath } from './file-path.ts'
import { quoted } from './printable.ts'
import {
  itemOf,
  checkKeys,
  nameOf,
  partOf,
  refuseMissing,
  refuseShape,
  scalarOf,
  spelt,
} from './reading.ts'
import type { Owner } from './reading.ts'
import { entryOf } from './tree.ts'
import type { MapEntry, MapNode, Node, ScalarNode } from './tree.ts'

const KEYS = ['default', 'min', 'max', 'per']
const WANTED = 'a value, a list of values, or a map with default'
type Calendar = TopologyDeclaration['calendars'][number]

/** `fast: 12`, or a map with default, min, max, per and the values of single keys. */
export function readParameter(
  { key, value }: MapEntry,
  report: Report,
): ParameterDeclaration | undefined {
  const name = spelt(key)
  const owner: Owner = { what: `parameter ${quoted(name.value)}`, span: name.span }
  if (value.kind !== 'map') {
    return isValue(value, owner, report) ? { name, default: value } : undefined
  }
  const standard = entryOf(value, 'default')
  const perEntry = entryOf(value, 'per')
  const bound = (word: string): ScalarNode | undefined => {
    const entry = entryOf(value, word)
    return entry && scalarOf(entry.value, partOf(owner, entry), 'a value', report)
  }
  const min = bound('min')
  const max = bound('max')
  const per = perEntry && readPer(value, perEntry, owner, report)
  if (!perEntry) checkKeys(value, owner, KEYS, report)
  if (!standard) {
    refuseMissing(owner, 'default', '12', report)
    return undefined
  }
  if (!isValue(standard.value, partOf(owner, standard), report)) return undefined
  return {
    name,
    default: standard.value,
    ...(min && { min }),
    ...(max && { max }),
    ...(per && { per }),
  }
}

/** `per: symbol`: every further key is a value of that field. */
function readPer(
  map: MapNode,
  perEntry: MapEntry,
  owner: Owner,
  report: Report,
): ParameterDeclaration['per'] {
  const values: [string, ScalarNode][] = []
  for (const entry of map.entries) {
    if (KEYS.includes(entry.key.text)) continue
    const value = scalarOf(entry.value, partOf(owner, entry), 'a value', report)
    if (value) values.push([entry.key.text, value])
  }
  const naming = { kind: 'field', what: 'field' } as const
  const field = nameOf(perEntry.value, partOf(owner, perEntry), naming, report)
  return field && { field, values }
}

function isValue(node: Node, owner: Owner, report: Report): boolean {
  if (node.kind === 'scalar') return scalarOf(node, owner, WANTED, report) !== undefined
  if (node.kind === 'list' && node.items.length > 0) {
    return node.items.every(
      (item) => scalarOf(item, itemOf(owner), 'a value', report) !== undefined,
    )
  }
  refuseShape(node, owner, WANTED, report)
  return false
}

/** Expressions that must hold between parameters. */
export function readRequires(node: Node, report: Report): readonly ScalarNode[] {
  const owner: Owner = { what: '"require"', span: node.span }
  if (node.kind === 'map') {
    refuseShape(node, owner, 'a list of expressions', report)
    return []
  }
  const items = node.kind === 'list' ? node.items : [node]
  const cut = node.kind === 'list' ? reportSplits(node, report) : new Set()
  // An expression may begin with "!": its tag is for the expression's reader to report.
  return items.flatMap((item) => {
    if (cut.has(item)) return []
    if (item.kind === 'scalar' && item.value !== null) return [item]
    refuseShape(item, itemOf(owner), 'an expression, such as param.fast < param.slow', report)
    return []
  })
}

/** `utc_day: calendars/utc-day.yaml`. */
export function readCalendar({ key, value }: MapEntry, report: Report): Calendar | undefined {
  const name = spelt(key)
  const owner: Owner = { what: `calendar ${quoted(name.value)}`, span: name.span }
  const scalar = scalarOf(value, owner, 'the path of a data file', report)
  if (!scalar) return undefined
  const file = spelt(scalar)
  const problem = checkFilePath(file.value)
  if (problem === undefined) return { name, file }
  const message = `path ${quoted(file.value)} ${problem}`
  const repair = "write it from the topology's folder, with /"
  reporter('shape', report)({ message, span: file.span, repair })
  return undefined
}
