// The results of a sweep, best first, as a table, as CSV and as JSON.
import { count, table } from '../counts-text.ts'
import { type Objective, objectiveText } from './objective.ts'
import type { ParameterSet } from './parameter-grid.ts'
import type { RanSet } from './run-sets.ts'
import type { SetAnswer } from './run-set.ts'

export interface SweepResults {
  readonly topology: string
  readonly objective: Objective
  /** Sorted. */
  readonly ran: readonly RanSet[]
  readonly skipped: readonly ParameterSet[]
  /** Records of the history, which every set was run over. */
  readonly records: number
  readonly elapsedMs: number
}

const DIGITS = 6

/** Greatest objective first, or least; sets without one last. Equals stay in the order of sets. */
export function sortRan(ran: readonly RanSet[], isAscending: boolean): readonly RanSet[] {
  const worst = Number.NEGATIVE_INFINITY
  const rank = ({ result }: RanSet): number => {
    const value = 'stopped' in result ? null : result.objective
    return value === null || Number.isNaN(value) ? worst : isAscending ? -value : value
  }
  const order = (a: number, b: number): number => (a === b ? 0 : b > a ? 1 : -1)
  return ran.toSorted((a, b) => order(rank(a), rank(b)))
}

export function sweepText(results: SweepResults, top: number): string {
  const { topology, objective, ran, skipped, records, elapsedMs } = results
  const names = Object.keys(ran[0]?.set ?? {})
  const topics = Object.keys(answers(ran)[0]?.topics ?? {})
  const rows = ran
    .slice(0, top)
    .map(({ set, result }) => [
      ...names.map((name) => set[name] ?? ''),
      ...('stopped' in result
        ? ['stopped', ...topics.map(() => '')]
        : [
            numberText(result.objective),
            ...topics.map((topic) => count(result.topics[topic]?.records ?? 0)),
          ]),
    ])
  const seconds = elapsedMs / 1000
  const rate = count(Math.round((records * ran.length) / Math.max(seconds, 0.001)))
  const stopped = ran.flatMap(({ set, result }) =>
    'stopped' in result ? [`${setText(set)} stopped: ${result.stopped}`] : [],
  )
  return [
    `${topology}: ${count(ran.length)} sets over ${count(records)} records ` +
      `in ${seconds.toFixed(2)} s (${rate} records/s)`,
    ...(skipped.length === 0
      ? []
      : [`${count(skipped.length)} sets break a require: and were not run`]),
    '',
    ...table([[...names, objectiveText(objective), ...topics], ...rows]),
    ...(ran.length > top
      ? [`and ${count(ran.length - top)} more; --top, --csv or --json has them`]
      : []),
    ...stopped.slice(0, top),
    '',
  ].join('\n')
}

export function sweepCsv({ objective, ran }: SweepResults): string {
  const names = Object.keys(ran[0]?.set ?? {})
  const topics = Object.keys(answers(ran)[0]?.topics ?? {})
  const head = [
    ...names,
    objectiveText(objective),
    ...topics.flatMap((topic) => [`${topic}.records`, `${topic}.digest`]),
    ...['bad', 'late', 'duplicate', 'stopped'],
  ]
  const rows = ran.map(({ set, result }) => {
    const own = names.map((name) => set[name] ?? '')
    if ('stopped' in result) {
      return [...own, '', ...topics.flatMap(() => ['', '']), '', '', '', result.stopped]
    }
    const { bad, late, duplicate } = result.fates
    const written = topics.flatMap((topic) => {
      const { records = 0, digest = '' } = result.topics[topic] ?? {}
      return [records, digest]
    })
    return [...own, result.objective ?? '', ...written, bad, late, duplicate, '']
  })
  return [head, ...rows].map((cells) => `${cells.map(cellText).join(',')}\n`).join('')
}

export function sweepJson(results: SweepResults): unknown {
  const { topology, objective, ran, skipped, records, elapsedMs } = results
  return {
    topology,
    objective: objectiveText(objective),
    records,
    sets: ran.map(({ set, result }) => ({ parameters: set, ...result })),
    skipped,
    elapsedMs: Math.round(elapsedMs),
  }
}

/** RFC 4180. */
function cellText(cell: string | number): string {
  const text = String(cell)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function setText(set: ParameterSet): string {
  return Object.entries(set)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')
}

function numberText(value: number | null): string {
  return value === null ? 'none' : value.toLocaleString('en', { maximumFractionDigits: DIGITS })
}

function answers(ran: readonly RanSet[]): readonly SetAnswer[] {
  return ran.flatMap(({ result }) => ('stopped' in result ? [] : [result]))
}
