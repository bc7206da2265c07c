// Records that meet have the same key in the same place: what is looked up is in the task that
// looks it up, and what is written under a key is written by one task.
import { describeType } from '../../schemas/type.ts'
import type { Type } from '../../schemas/type.ts'
import type { Spelt } from '../declaration.ts'
import { quoted } from '../printable.ts'
import type { Span } from '../source.ts'
import { rule } from './rule.ts'

const CODE = 'keys-agree'
const HOLDS = 'Records that meet in a task have equal keys, and each key is written by one task.'

const EVERY_TASK =
  'every task has all of a topic with `copies: all` and of a step with `key: broadcast`'

/** How to mend keys that differ in the order of their fields alone. */
export const REORDER = 'write both keys in the same order'

/** A key as names with types. */
export type Key = readonly { readonly name: string; readonly type: Type }[]

/** `symbol`, `account, symbol`, or `all`. */
export function describeKey(names: readonly string[]): string {
  return names.length === 0 ? 'all' : names.join(', ')
}

/** Whether two keys are the same fields in another order: their values would meet by accident. */
export function isReordered(a: readonly string[], b: readonly string[]): boolean {
  const isOrdered = a.every((name, index) => name === b[index])
  return a.length === b.length && !isOrdered && a.toSorted().join() === b.toSorted().join()
}

function namesOf(key: Key): readonly string[] {
  return key.map(({ name }) => name)
}

function isSame(a: Key, b: Key): boolean {
  return (
    a.length === b.length &&
    !isReordered(namesOf(a), namesOf(b)) &&
    a.every(({ type }, index) => {
      const other = b[index]?.type ?? type
      const isText = [type, other].every(({ kind }) => kind === 'string' || kind === 'enum')
      const isWhole = [type, other].every(({ kind }) => kind === 'int' || kind === 'long')
      const isUnknown = type.kind === 'unknown' || other.kind === 'unknown'
      return isText || isWhole || isUnknown || describeType(type) === describeType(other)
    })
  )
}

/** With types where nothing else tells two keys apart. */
function spell(key: Key, other: Key): string {
  const isTyped = key.length === other.length && !isReordered(namesOf(key), namesOf(other))
  return describeKey(
    key.map(({ name, type }) => (isTyped ? `${name} (${describeType(type)})` : name)),
  )
}

/** Where a stream's records are: their own key, and the key that chose their task. */
export interface Keyed {
  readonly name: string
  readonly key: Key
  readonly placedBy: Key
  readonly span: Span
}

/** A stream that a config names, beside the one that drives the step. */
export const keysAgree = rule(CODE, HOLDS, (say, driving: Keyed, lookedUp: Keyed) => {
  const isPlaced = isSame(driving.placedBy, lookedUp.placedBy)
  if (isPlaced && isSame(driving.key, lookedUp.key)) return true
  const [own, other] = isPlaced
    ? [driving.key, lookedUp.key]
    : [driving.placedBy, lookedUp.placedBy]
  const verb = isPlaced ? 'keyed' : 'partitioned'
  const [a, b] = [quoted(lookedUp.name), quoted(driving.name)]
  const isMixed = isReordered(namesOf(own), namesOf(other))
  say({
    message: `${a} is ${verb} by ${spell(other, own)}, and ${b} by ${spell(own, other)}`,
    span: lookedUp.span,
    repair: isMixed ? REORDER : 'change a key with `key:`, or give every task all of it',
    cause: { span: driving.span, label: 'this drives the step' },
    ...(!isMixed && { notes: [EVERY_TASK] }),
  })
  return false
})

/** A step driven by what every task has would do its work once in each. */
export const driversPlaced = rule(CODE, HOLDS, (say, stream: Spelt<string>, step: string) => {
  const what = quoted(stream.value)
  say({
    message: `every task has all of ${what}, so step ${quoted(step)} would run once in each`,
    span: stream.span,
    repair: 'name it in a config instead, or give it a key',
  })
})

/** Which task writes a key of a topic: the one that the stream's own key chose. */
export const writersPlaced = rule(
  CODE,
  HOLDS,
  (
    say,
    topic: Spelt<string>,
    {
      stream,
      topicKey,
      declared,
    }: {
      readonly stream: readonly string[]
      readonly topicKey: readonly string[]
      readonly declared: Span
    },
  ) => {
    const missing = stream.filter((field) => !topicKey.includes(field))
    if (missing.length === 0) return true
    const [own, given] = [describeKey(topicKey), describeKey(stream)]
    say({
      message: `${quoted(topic.value)} is keyed by ${own}, its records by ${given}`,
      span: topic.span,
      repair: `add ${missing.join(', ')} to the key of the topic`,
      cause: { span: declared, label: 'the key of the topic' },
      notes: [
        'several tasks would write one key, in no certain order',
        'what `key:` changes is in the task of the new key one step later: let that step write',
      ],
    })
    return false
  },
)
