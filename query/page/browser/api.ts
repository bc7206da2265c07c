// Asks the API of the server that the page is from, with what the visitor has shown. What is
// refused is a Refusal; where nobody is known, whoever listens is told.
import { credential } from './session.ts'

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, detail: string) {
    super(detail)
    this.status = status
    this.code = code
  }
}

let tellUnknown: (detail: string) => void = () => undefined

/** Called with what the server says whenever it does not know who asks. */
export function onUnknown(tell: (detail: string) => void): void {
  tellUnknown = tell
}

/** @throws Refusal, also where the server is not there (`away`). */
export function get<Answer>(path: string): Promise<Answer> {
  return ask<Answer>(path, { method: 'GET' })
}

/** @throws Refusal. */
export function post<Answer>(path: string, body: object): Promise<Answer> {
  return ask<Answer>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** Undefined: the server has nothing of the kind. */
export async function getIfThere<Answer>(path: string): Promise<Answer | undefined> {
  try {
    return await get<Answer>(path)
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined
    throw error
  }
}

/** What a visitor is told of an error. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const headers = new Headers(init.headers)
  const shown = credential()
  if (shown !== undefined) headers.set('x-api-key', shown)
  const response = await fetched(path, { ...init, headers, cache: 'no-store' })
  const body = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>
  if (response.ok) return body as Answer
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '')
  const detail = text('detail') || `the server answers ${response.status}`
  if (response.status === 401) tellUnknown(detail)
  throw new Refusal(response.status, text('code'), detail)
}

async function fetched(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (error) {
    throw new Refusal(0, 'away', `the server does not answer (${wordsOf(error)})`)
  }
}
