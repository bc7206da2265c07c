// One HTTP request and its whole answer, bounded in time and size. The package's own transport is
// not used: it never settles where an answer is cut off, takes any amount of bytes, crashes where
// an error's body is null, and makes a broken connection look like status 400.
import { request as requestPlain } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as requestTls } from 'node:https'
import type { RequestOptions } from 'node:https'

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

export interface ExchangeBounds {
  readonly timeoutMs: number
  readonly maxBytes: number
  /** Certificates and the like, for https. */
  readonly tls: RequestOptions
}

/** No whole answer came. `code` is Node's, or TIMEOUT or TOO_LARGE. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly code: string

  constructor(code: string, cause?: unknown) {
    super(`no answer: ${code}`, { cause })
    this.code = code
  }
}

/** @throws NoAnswer */
export async function exchange(request: HttpRequest, bounds: ExchangeBounds): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(bounds.timeoutMs)
  try {
    const response = await send(request, bounds.tls, signal)
    return { status: response.statusCode ?? 0, text: await readText(response, bounds.maxBytes) }
  } catch (error) {
    if (error instanceof NoAnswer) throw error
    throw new NoAnswer(signal.aborted ? 'TIMEOUT' : codeOf(error), error)
  }
}

/** A connection for each request: they are few, and an idle one would be there for nothing. */
function send(
  { method, url, headers, body }: HttpRequest,
  tls: RequestOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isTls = url.startsWith('https:')
  const request = isTls ? requestTls : requestPlain
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const options = { method, headers: { ...headers, ...length }, agent: false as const, signal }
    const outgoing = request(url, isTls ? { ...options, ...tls } : options, resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new NoAnswer('TOO_LARGE')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  if (error instanceof Error && 'code' in error) return String(error.code)
  return 'UNKNOWN'
}
