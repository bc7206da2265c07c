// What `validate` remembers of a key: of the records that it let through, and of prices that jumped
// from theirs. A record that was rejected has left nothing else behind.
import { DOUBLE, LONG, nullable, type RecordType, STRING, TIME } from '../../schemas/type.ts'
import { inferredRecord } from '../../topology/inferred-record.ts'
import type { Level } from './level.ts'

export interface KeyMemory extends Level {
  /** The greatest event time. */
  time: number
  /** What records of that time said, the last ones. */
  readonly contents: string[]
  /** The number of the last record that had one. */
  sequence: number | null
}

/** More than any venue says of one instrument at one instant, and little to search. */
const MOST_CONTENTS = 32

export function memoryRecord(step: string): RecordType {
  return inferredRecord(`${step}-memory`, [
    { name: 'time', type: TIME },
    { name: 'contents', type: { kind: 'list', items: STRING } },
    { name: 'sequence', type: nullable(LONG) },
    { name: 'level', type: nullable(DOUBLE) },
    { name: 'suspect', type: nullable(DOUBLE) },
    { name: 'suspects', type: LONG },
  ])
}

export function newMemory(time: number): KeyMemory {
  return { time, contents: [], sequence: null, level: null, suspect: null, suspects: 0 }
}

/** Takes in what a record said that is let through; undefined and null where it says nothing. */
export function remember(
  memory: KeyMemory,
  said: {
    readonly time: number
    readonly content: string | undefined
    readonly sequence: number | null
  },
): void {
  const { contents } = memory
  if (said.time > memory.time) {
    memory.time = said.time
    contents.length = 0
  }
  const isNew = said.content !== undefined && !contents.includes(said.content)
  if (isNew && said.time === memory.time) {
    contents.push(said.content)
    if (contents.length > MOST_CONTENTS) contents.shift()
  }
  if (said.sequence !== null) memory.sequence = said.sequence
}
