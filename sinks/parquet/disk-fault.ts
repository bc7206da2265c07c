// What a file system refuses, as the errors of sinks.
import { EngineError } from '../../topology/engine-error.ts'
import { type Place, sinkFault } from '../sink-fault.ts'
import type { SinkFault } from '../sink.ts'

const FULL = 'the disk is full; make room: it is tried again'
const DENIED = 'it may not be written; change its mode or its owner'
const IN_THE_WAY = 'something else is in its way; remove that, or name another folder'
const AGAIN = 'it cannot be written now; it is tried again'
const NO_LINKS = 'its file system has no hard links, which keep two writers apart; name another'

/** By the code of the system. */
const FAULTS: Readonly<Record<string, readonly [SinkFault, string]>> = {
  ENOSPC: ['sink-unavailable', FULL],
  EDQUOT: ['sink-unavailable', FULL],
  EACCES: ['sink-not-allowed', DENIED],
  EROFS: ['sink-not-allowed', DENIED],
  EPERM: ['sink-not-allowed', DENIED],
  ENOTDIR: ['sink-differs', IN_THE_WAY],
  EISDIR: ['sink-differs', IN_THE_WAY],
  EEXIST: ['sink-differs', IN_THE_WAY],
  ENOTSUP: ['sink-refused', NO_LINKS],
  ENOENT: ['sink-unavailable', 'it is not there, nor can it be made; correct the folder'],
  EIO: ['sink-unavailable', AGAIN],
  ESTALE: ['sink-unavailable', AGAIN],
  ETIMEDOUT: ['sink-unavailable', AGAIN],
  EMFILE: ['sink-unavailable', AGAIN],
  ENFILE: ['sink-unavailable', AGAIN],
}

/** The code of an error of the system. */
export function systemCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** The fault of what a call of the system has thrown; an error that is none is ours, and thrown. */
export function diskFault(place: Place, folder: string, error: unknown): EngineError {
  if (error instanceof SyntaxError) {
    const what = `${folder}/_millrace is damaged; bring it back`
    return sinkFault(place, 'sink-differs', what, { cause: error })
  }
  const code = systemCode(error)
  if (error instanceof EngineError || code === undefined) throw error
  const [fault, sentence] = FAULTS[code] ?? ['sink-refused', `the system refuses it (${code})`]
  return sinkFault(place, fault, `${folder}: ${sentence}`, { cause: error })
}
