// What one worker's connection to a memory log is, and the points of it at which a test steps in.
import type { AtPoint, LogPoint } from './log-point.ts'

export interface ConnectOptions {
  /** Whose connection it is, for `expire` and `at`; `worker` if not said. */
  readonly owner?: string
  /** Without it, a call of the port costs no turn of the event loop. */
  readonly at?: AtPoint
  /**
   * Resolves after as many milliseconds. Without it, a fetch that may wait gives up after one turn
   * of the event loop.
   */
  readonly pause?: (ms: number) => Promise<void>
}

export interface Connection {
  readonly owner: string
  readonly at: AtPoint | undefined
  readonly pause: ConnectOptions['pause']
  isClosed: boolean
}

export function openConnection({ owner = 'worker', at, pause }: ConnectOptions): Connection {
  return { owner, at, pause, isClosed: false }
}

export async function reach(
  { owner, at, isClosed }: Connection,
  operation: LogPoint['operation'],
  stage: LogPoint['stage'],
  name: string | undefined,
): Promise<void> {
  if (isClosed) throw new Error('the log is closed')
  await at?.({ operation, stage, owner, name })
}

/** Wraps calls of the port in their points `before` and `after`. */
export function attended(
  connection: Connection,
): <T>(operation: LogPoint['operation'], act: () => T | Promise<T>, name?: string) => Promise<T> {
  return async (operation, act, name) => {
    if (connection.isClosed) throw new Error('the log is closed')
    if (connection.at === undefined) return act()
    await reach(connection, operation, 'before', name)
    const result = await act()
    await reach(connection, operation, 'after', name)
    return result
  }
}
