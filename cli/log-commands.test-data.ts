// What the tests of feed and tap share: a folder with files, and command lines run in-process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Io } from './io.ts'
import { main } from './main.ts'
import { recordedIo } from './recorded-io.ts'

export interface Place {
  readonly folder: string
  /** `embedded:` and a folder that is not there yet. */
  readonly log: string
  /** Writes a file and gives its path. */
  readonly file: (name: string, content: string | Uint8Array) => string
}

/** A folder that is gone when the test is. */
export function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    log: `embedded:${join(folder, 'log')}`,
    file: (name, content) => {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    },
  }
}

export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command line; `more` replaces parts of what it is given of the terminal. */
export async function millrace(args: readonly string[], more: Partial<Io> = {}): Promise<Outcome> {
  const io = recordedIo()
  await main(args, { ...io, ...more })
  return { code: io.exitCode(), out: io.output(), err: io.errors() }
}

/** The lines of `tap --json`, without times and places of no interest. */
export function jsonLines(out: string): readonly Record<string, unknown>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

export const QUOTES = `symbol,bid,ask,time
EURUSD,1.1,1.2,2024-01-02T00:00:00.000001Z
USDJPY,141,142,2024-01-02T00:00:01Z
EURUSD,1.3,1.4,2024-01-02T00:00:02Z
`
