// Asks another process of the topology for its part of an answer: the same question, of one
// partition, with the caller's own credentials. It is asked once, so that two processes that each
// believe the other has a partition do not ask for ever.
import { Problem, type ProblemBody, type ProblemCode, problems } from '../problem.ts'
import type { PartAnswer } from './parts.ts'

/** Who has it set answers for itself, and adds what the other needs to merge. */
export const HOP_HEADER = 'x-millrace-hop'

const ANSWER_WITHIN_MS = 3_000
const RETRY_AFTER_S = 1

export interface Question {
  /** Path and query as they came. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly waitMs: number
}

/** @throws Problem `not-here`, and what the other process answers with. */
export async function askOwner(
  endpoint: string,
  partition: number,
  { url, headers, waitMs }: Question,
): Promise<PartAnswer> {
  const target = targetOf(url, endpoint)
  target.searchParams.set('partition', String(partition))
  const passed = { [HOP_HEADER]: '1', ...withAuthorization(headers) }
  let isGood: boolean
  let body: unknown
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS + waitMs)
    const response = await fetch(target, { headers: passed, signal, redirect: 'error' })
    isGood = response.ok
    body = await response.json()
  } catch (cause) {
    const detail = `the process that has partition ${partition} does not answer`
    throw new Problem('not-here', `${detail}: ${causeOf(cause)}`, RETRY_AFTER_S)
  }
  if (isGood && isPartAnswer(body)) return body
  if (isProblem(body)) {
    const mayPass = problems[body.code].status === 503
    throw new Problem(body.code, body.detail, mayPass ? RETRY_AFTER_S : undefined)
  }
  const detail = `what answers for partition ${partition} is no process of this version`
  throw new Problem('not-here', detail, RETRY_AFTER_S)
}

/** A request may name a host of its own in its first line: credentials go to the owner alone. */
function targetOf(url: string, endpoint: string): URL {
  const { pathname, search } = new URL(url, endpoint)
  const target = new URL(endpoint)
  target.pathname = pathname
  target.search = search
  return target
}

function isPartAnswer(body: unknown): body is PartAnswer {
  return typeof body === 'object' && body !== null && 'part' in body && 'entries' in body
}

function isProblem(body: unknown): body is ProblemBody & { readonly code: ProblemCode } {
  if (typeof body !== 'object' || body === null || !('code' in body)) return false
  return typeof body.code === 'string' && Object.hasOwn(problems, body.code)
}

function withAuthorization(headers: Question['headers']): Record<string, string> {
  const { authorization, 'x-api-key': key } = headers
  return {
    ...(typeof authorization === 'string' && { authorization }),
    ...(typeof key === 'string' && { 'x-api-key': key }),
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
