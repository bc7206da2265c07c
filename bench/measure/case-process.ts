// A case in a process of its own: what one run compiled and left in memory is no part of the next.
// What it is given passes by message, so that no password stands among a process's arguments.
import { fork } from 'node:child_process'
import { packError, type SentError, unpackError } from '../../cli/run/thread-message.ts'

/** The word that tells a bench to be the child. */
const CHILD = 'case'

type Answer<Figure> = { readonly figure: Figure } | { readonly error: SentError }

/** Runs the case that `module` answers with `answerCase`. */
export function runCase<Figure>(module: string, given: unknown): Promise<Figure> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL(module), [CHILD], {
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    let answer: Answer<Figure> | undefined
    child.on('message', (message) => (answer = message as Answer<Figure>))
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (answer === undefined) reject(new Error(`the case ended with ${signal ?? code}`))
      else if ('error' in answer) reject(unpackError(answer.error))
      else resolve(answer.figure)
    })
    child.send({ given })
  })
}

export function isCase(): boolean {
  return process.argv[2] === CHILD
}

/** In the child: measures what it is given, and hands the figure over. */
export async function answerCase<Figure>(
  measure: (given: never) => Promise<Figure>,
): Promise<void> {
  const given = await new Promise<never>((resolve) => {
    process.once('message', (message) => resolve((message as { readonly given: never }).given))
  })
  const answer: Answer<Figure> = await measure(given).then(
    (figure) => ({ figure }),
    (error: unknown) => ({ error: packError(error) }),
  )
  await new Promise((resolve) => process.send?.(answer, resolve))
  process.disconnect()
}
