// What a log line says of an event: the message, and what stands beside it.
import type { Failure } from '../report.ts'

export interface Entry {
  readonly message: string
  readonly [about: string]: unknown
}

export function failureEntry({ code, message, coordinates }: Failure): Entry {
  return { code, coordinates, message }
}
