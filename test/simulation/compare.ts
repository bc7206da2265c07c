// What two runs of one plan differ in, as one sentence: the first thing along the topology, as what
// comes after it is wrong with it.
import { inspect, isDeepStrictEqual } from 'node:util'
import { serialize } from 'node:v8'
import type { DeadLetter, OutputRecord, RunResult } from '../../runtime/reference/history.ts'
import type { Plan } from '../../topology/plan.ts'
import { streamId } from '../../topology/streams.ts'

/** Undefined: they are equal. */
export function firstDifference(
  plan: Plan,
  expected: RunResult,
  found: RunResult,
): string | undefined {
  for (const step of plan.steps) {
    for (const [output, { topic }] of step.outputs) {
      for (const stream of [streamId(step.id, output), ...(topic === undefined ? [] : [topic])]) {
        const difference = outputDifference(expected, found, stream)
        if (difference !== undefined) return `step "${step.id}": ${difference}`
      }
    }
  }
  return (
    lettersDifference(expected.deadLetters, found.deadLetters) ??
    plainDifference('counts', expected.steps, found.steps) ??
    plainDifference('inputs', expected.inputs, found.inputs) ??
    plainDifference('state', expected.state, found.state) ??
    plainDifference('timers', expected.timers, found.timers)
  )
}

function outputDifference(
  expected: RunResult,
  found: RunResult,
  stream: string,
): string | undefined {
  const [wanted, got] = [byKey(expected.outputs.get(stream)), byKey(found.outputs.get(stream))]
  for (const key of new Set([...wanted.keys(), ...got.keys()])) {
    const [a, b] = [wanted.get(key) ?? [], got.get(key) ?? []]
    for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
      if (isDeepStrictEqual(a[i], b[i])) continue
      return `${stream}, key "${key}", record ${i + 1}: ${show(b[i])} instead of ${show(a[i])}`
    }
  }
  const digests = [expected, found].map(({ digests: all }) => all.get(stream)?.toString())
  return digests[0] === digests[1] ? undefined : `${stream} has another digest`
}

/** Without what a result may carry beside the record. */
function byKey(records: readonly OutputRecord[] = []): Map<string, OutputRecord[]> {
  const plain = records.map(({ key, value, time, available }) => ({ key, value, time, available }))
  return Map.groupBy(plain, ({ key }) => key)
}

/** As a bag: letters of different tasks have no order. Where they come from is compared last. */
export function lettersDifference(
  expected: readonly DeadLetter[],
  found: readonly DeadLetter[],
): string | undefined {
  if (isDeepStrictEqual(sortedBytes(expected), sortedBytes(found))) return undefined
  const placeless = (letter: DeadLetter): object => ({ ...whole(letter), place: '' })
  return (
    bagDifference('dead letters', expected.map(placeless), found.map(placeless)) ??
    bagDifference('places of dead letters', expected.map(whole), found.map(whole))
  )
}

/** The first letter that is among those found more often than among those that may be there. */
export function unexpectedLetter(
  allowed: readonly DeadLetter[],
  found: readonly DeadLetter[],
): string | undefined {
  const left = countsOf(found.map(whole), allowed.map(whole))
  return [...left].find(([, count]) => count > 0)?.[0]
}

/** The log does not tell no value from one that could not be decoded; `original` does. */
function whole(letter: DeadLetter): object {
  return { ...letter, value: letter.value ?? null }
}

/** Cheaper than text, and exact: what is equal is never taken for different but by order. */
function sortedBytes(letters: readonly DeadLetter[]): readonly string[] {
  return letters
    .map(({ step, fate, reason, stream, key, time, available, place, value, original }) => {
      const all = [step, fate, reason, stream, key, time, available, place, value ?? null, original]
      return serialize(all).toString('latin1')
    })
    .sort()
}

function bagDifference(
  what: string,
  expected: readonly object[],
  found: readonly object[],
): string | undefined {
  const left = [...countsOf(expected, found)]
  const missing = left.find(([, count]) => count > 0)
  const extra = left.find(([, count]) => count < 0)
  if (missing === undefined && extra === undefined) return undefined
  return `${what}: ${extra?.[0] ?? 'nothing'} instead of ${missing?.[0] ?? 'nothing'}`
}

/** How often each is there, as text, without those taken away. */
function countsOf(items: readonly object[], away: readonly object[]): Map<string, number> {
  const left = new Map<string, number>()
  for (const item of items) left.set(show(item), (left.get(show(item)) ?? 0) + 1)
  for (const item of away) left.set(show(item), (left.get(show(item)) ?? 0) - 1)
  return left
}

export function plainDifference(
  what: string,
  expected: ReadonlyMap<string, unknown>,
  found: ReadonlyMap<string, unknown>,
): string | undefined {
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    const [a, b] = [expected.get(name), found.get(name)]
    if (!isDeepStrictEqual(a, b)) return `${what} of "${name}": ${show(b)} instead of ${show(a)}`
  }
  return undefined
}

export function show(value: unknown): string {
  // On one line whatever the order of its fields is, which line breaks would follow.
  return inspect(value, {
    depth: 8,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    sorted: true,
  })
}
