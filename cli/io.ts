// What a command may touch of the terminal: text out, text for people, an exit code. Commands get
// it passed in, so that tests run them in-process and see exactly what a user would.
import { isatty } from 'node:tty'

/**
 * 1: the answer is no, or the user's mistake. 2: the world's fault. 70: ours. 130 and 143: a signal
 * stopped it before it was done.
 */
export type ExitCode = 1 | 2 | 70 | 130 | 143

export interface Io {
  /** Results, as they are: what a pipe receives. */
  readonly out: (text: string) => void
  /** Diagnostics and progress: what a person reads beside the results. */
  readonly err: (text: string) => void
  /**
   * Waits until what went out has been taken. False: the reader has gone away, and nothing more
   * need be said.
   */
  readonly taken: () => Promise<boolean>
  /** Whether a person is looking at the results: colours and progress are for them. */
  readonly isTerminal: boolean
  /** Columns that text is wrapped at. */
  readonly columns: number
  /** Sets the exit code; of several failures the gravest counts. */
  readonly fail: (code: ExitCode) => void
}

/** Where nobody says how wide the terminal is. */
const USUAL_COLUMNS = 100

/** The process's own. A reader that goes away early, as `head` does, is no fault. */
export function processIo(): Io {
  const { stdout, stderr } = process
  const isTerminal = isatty(1)
  let isGone = false
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stream === stdout) isGone = true
      if (error.code === 'EPIPE') return
      process.exitCode = 2
      // What stderr cannot take is not told to stderr, which would fail again, and so without end.
      if (stream === stderr) return
      stderr.write(`error: the output cannot be written: ${error.message}\n`)
    })
  }
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    // A failed write is told to its own callback first, and to the stream right after.
    taken: () =>
      new Promise((resolve) => {
        stdout.write('', (error) => setImmediate(() => resolve(!error && !isGone)))
      }),
    isTerminal,
    columns: (isTerminal && stdout.columns) || USUAL_COLUMNS,
    fail: (code) => {
      process.exitCode = Math.max(Number(process.exitCode ?? 0), code)
    },
  }
}
