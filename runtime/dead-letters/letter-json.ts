// A dead letter as JSON: what is known of it, and the value it could not pass with.
import { originalOf } from '../../connectors/file/original.ts'
import { valueToJson } from '../../schemas/value-to-json.ts'
import type { Plan } from '../../topology/plan.ts'
import type { DeadLetterRecord } from '../dead-letter.ts'
import { letterReader } from '../results/dead-letters.ts'
import { isOfSink, type StoredLetter } from './stored-letters.ts'

/** Without what the record held. */
export function letterAbout({ number, letter }: StoredLetter, sent: boolean) {
  const { step, fate, reason, stream, key, time, available, place } = letter
  const { topic, partition, offset } = letter
  return {
    ...{ number, step, fate, reason, stream, key, time, available, place },
    ...{ topic, partition, offset, sent },
  }
}

/** What a letter says. */
export function letterJson(plan: Plan, stored: StoredLetter, sent: boolean) {
  const { original } = stored.letter
  return {
    ...letterAbout(stored, sent),
    value: letterValue(plan, stored.letter),
    original: original === null ? null : originalOf(Buffer.from(original)),
  }
}

/** Null: it could not be decoded, or there was none. */
export function letterValue(plan: Plan, letter: DeadLetterRecord): unknown {
  const { value } = letterReader(plan)(letter)
  const reader = plan.steps.find(({ id }) => id === letter.step)
  const record = isOfSink(plan, letter)
    ? plan.topics.get(letter.stream)?.record
    : reader?.inputs.find(({ stream }) => stream === letter.stream)?.type.record
  if (value && record) return valueToJson(record)(value)
  // The topology no longer knows the stream: the bytes are all there is.
  return letter.value === null ? null : `base64:${Buffer.from(letter.value).toString('base64')}`
}
