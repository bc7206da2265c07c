// Sources and workers as one: what ends of itself, or fails, ends the rest. Sources end first, so
// that what they have received is on the log before the workers commit and leave.
import type { Source } from '../../connectors/source.ts'
import type { Worker } from '../../runtime/worker.ts'

/** Settles when all have ended, with the first failure. */
export async function runTogether(
  crew: Worker,
  sources: readonly Source[],
  signal: AbortSignal,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined
  const stop = async (): Promise<void> => {
    // What they reject with, their `done` rejects with too.
    await Promise.allSettled(sources.map((source) => source.stop()))
    await Promise.allSettled([crew.stop()])
  }
  const ended = [crew, ...sources].map(({ done }) =>
    done
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .then(() => void stop()),
  )
  const onAbort = (): void => void stop()
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  await Promise.all(ended)
  signal.removeEventListener('abort', onAbort)
  if (failure !== undefined) throw failure.error
}
