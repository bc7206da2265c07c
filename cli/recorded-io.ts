// Tests of commands: an `Io` that keeps what a user would see.
import type { ExitCode, Io } from './io.ts'

export interface RecordedIo extends Io {
  readonly output: () => string
  readonly errors: () => string
  readonly exitCode: () => ExitCode | 0
}

export function recordedIo(columns = 100): RecordedIo {
  const out: string[] = []
  const err: string[] = []
  let exitCode: ExitCode | 0 = 0
  return {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    taken: () => Promise.resolve(true),
    isTerminal: false,
    columns,
    fail: (code) => {
      if (code > exitCode) exitCode = code
    },
    output: () => out.join(''),
    errors: () => err.join(''),
    exitCode: () => exitCode,
  }
}
