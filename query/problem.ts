// What the API answers when it cannot do what was asked: application/problem+json, RFC 9457. Each
// code is documented in docs/query.md; no answer holds a secret, or a record nobody asked for.

/** Codes, with their HTTP status and what they mean in general. */
export const problems = {
  'bad-request': { status: 400, title: 'The request is not understood' },
  'cursor-malformed': { status: 400, title: 'The cursor is none that this API gave' },
  'key-malformed': { status: 400, title: 'The key is not of the store’s type' },
  'position-malformed': {
    status: 400,
    title: 'The position is not of the form topic/partition@offset',
  },
  unauthenticated: { status: 401, title: 'Who asks is not known' },
  forbidden: { status: 403, title: 'Who asks may not do that' },
  'not-found': { status: 404, title: 'There is no such path' },
  'store-unknown': { status: 404, title: 'The topology has no such store' },
  'key-unknown': { status: 404, title: 'The store has no entry under the key' },
  'channel-unknown': { status: 404, title: 'The topology has no such topic' },
  'letter-unknown': { status: 404, title: 'There is no such dead letter' },
  'control-unknown': { status: 409, title: 'The topology takes no commands' },
  'not-sent': { status: 409, title: 'The record of the dead letter is not sent again' },
  'read-only': { status: 409, title: 'A finished replay is not changed' },
  'position-gone': { status: 410, title: 'Retention has deleted what was asked for' },
  'too-large': { status: 413, title: 'The request is larger than the API takes' },
  'too-many': { status: 429, title: 'There were too many requests' },
  internal: { status: 500, title: 'The API has a fault' },
  'not-here': { status: 503, title: 'The state is moving or being restored' },
  'log-failed': { status: 503, title: 'The log does not do what it was asked' },
  'not-audited': { status: 503, title: 'It was done, and the audit topic does not tell of it yet' },
  'position-not-reached': { status: 503, title: 'The position was not reached in time' },
} as const

export type ProblemCode = keyof typeof problems

/** The body of an answer. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
}

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  /** Seconds after which asking again makes sense; undefined: it makes none. */
  readonly retryAfter: number | undefined

  constructor(code: ProblemCode, detail: string, retryAfter?: number) {
    super(detail)
    this.code = code
    this.retryAfter = retryAfter
  }
}

export function problemBody(code: ProblemCode, detail: string): ProblemBody {
  const { status, title } = problems[code]
  return { type: `/problems/${code}`, title, status, detail, code }
}
