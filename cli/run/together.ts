// Sources, workers and sinks as one: what ends of itself, or fails, ends the rest. Sources end
// first, so that what they have received is on the log before the workers commit and leave; sinks
// last, when all that they are to write is committed.
import type { Source } from '../../connectors/source.ts'
import type { RunningSink } from '../../runtime/sink/run-sink.ts'
import type { Worker } from '../../runtime/worker.ts'

export interface Together {
  readonly crew: Worker
  readonly sources: readonly Source[]
  readonly sinks: readonly RunningSink[]
}

/** Settles when all have ended, with the first failure. */
export async function runTogether(
  { crew, sources, sinks }: Together,
  signal: AbortSignal,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined
  // What they reject with, their `done` rejects with too.
  const stop = async (): Promise<void> => {
    await Promise.allSettled(sources.map((source) => source.stop()))
    await Promise.allSettled([crew.stop()])
  }
  const stopSinks = () => Promise.allSettled(sinks.map((sink) => sink.stop()))
  const noteFailure = (error: unknown): void => {
    failure ??= { error }
  }
  const writers = [crew, ...sources].map(({ done }) => done.catch(noteFailure).then(() => stop()))
  const haveEnded = Promise.all(writers)
  const sinksEnded = sinks.map(({ done }) =>
    done.catch(async (error: unknown) => {
      noteFailure(error)
      await stop()
      await haveEnded
      await stopSinks()
    }),
  )
  const onAbort = (): void => void stop().then(() => haveEnded.then(stopSinks))
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  await haveEnded
  // A run that has come to its end waits until all of that is outside.
  if (failure !== undefined || signal.aborted) await stopSinks()
  else await Promise.allSettled(sinks.map((sink) => sink.drain()))
  await Promise.all(sinksEnded)
  signal.removeEventListener('abort', onAbort)
  if (failure !== undefined) throw failure.error
}
