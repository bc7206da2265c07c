// Ctrl-C and the request to end, as a signal that a command looks at between two pieces of work, so
// that it stops with everything in order.

export interface StopSignal {
  readonly signal: AbortSignal
  /** What a process that ended so exits with: 130 or 143. */
  readonly exitCode: () => 130 | 143
  /** Signals end the process at once again. */
  readonly release: () => void
}

export function listenForStop(): StopSignal {
  const controller = new AbortController()
  let exitCode: 130 | 143 = 130
  const release = (): void => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', terminate)
  }
  // Once: a second signal, whichever, ends the process whatever it is doing.
  const interrupt = (): void => {
    release()
    controller.abort()
  }
  const terminate = (): void => {
    exitCode = 143
    interrupt()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', terminate)
  return { signal: controller.signal, exitCode: () => exitCode, release }
}
