// Records that meet have the same key in the same place: what is looked up is in the task that looks it up, and what is
// written under a key is written by one task.
import { describeType } from '../../schemas/type.ts'
import type { Type } from '../../schemas/type.ts'
import type { Spelt } from '../declaration.ts'
import { quoted } from '../printable.ts'
import type { Span } from '../source.ts'
import { rule } from './rule.ts'

const CODE = 'keys-agree'
const HOLDS = 'Records that meet in a task have equal keys, and each key is written by one task.'

/** A key as names with types. */
export type Key = readonly { readonly name: string; readonly type: Type }[]

/** `symbol`, `account, symbol`, or `all`. */
export function describeKey(names: readonly string[]): string {
  return names.length === 0 ? 'all' : names.join(', ')
}

function isSame(a: Key, b: Key): boolean {
  return (
    a.length === b.length &&
    a.every(({ type }, index) => {
      const other = b[index]?.type ?? type
      const isText = [type, other].every(({ kind }) => kind === 'string' || kind === 'enum')
      const isWhole = [type, other].every(({ kind }) => kind === 'int' || kind === 'long')
      const isUnknown = type.kind === 'unknown' || other.kind === 'unknown'
      return isText || isWhole || isUnknown || describeType(type) === describeType(other)
    })
  )
}

function spell(key: Key): string {
  if (key.length === 0) return 'all'
  return key.map(({ name, type }) => `${name} (${describeType(type)})`).join(', ')
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
  say({
    message: `${quoted(lookedUp.name)} is ${verb} by ${spell(other)}, and ${quoted(driving.name)} by ${spell(own)}`,
    span: lookedUp.span,
    repair: 'change one of the keys with `key:`, or give every task all of it',
    cause: { span: driving.span, label: 'this drives the step' },
    notes: ['every task has all of a topic with `copies: all` and of a step with `key: broadcast`'],
  })
  return false
})

/** A step driven by what every task has would do its work once in each. */
export const driversPlaced = rule(CODE, HOLDS, (say, stream: Spelt<string>, step: string) => {
  say({
    message: `every task has all of ${quoted(stream.value)}, so step ${quoted(step)} would run once in each`,
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
    say({
      message: `topic ${quoted(topic.value)} is keyed by ${describeKey(topicKey)}, and this step's records by ${describeKey(stream)}`,
      span: topic.span,
      repair: `add ${missing.join(', ')} to the topic's key, or let a step behind \`key:\` write it`,
      cause: { span: declared, label: 'the key of the topic' },
      notes: ['so several tasks would write one key, in no certain order'],
    })
    return false
  },
)
