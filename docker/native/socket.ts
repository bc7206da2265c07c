// One question to a server over a plain socket, and its answer, within a bound; and whether a port
// is free.
import { connect, createServer } from 'node:net'

const ANSWER_WITHIN_MS = 2000

/**
 * Sends `question` and gathers the answer until `isWhole` says that it is. Undefined if nobody
 * listens, the other side hangs up, or the bound passes.
 */
export function ask(
  port: number,
  question: Uint8Array,
  isWhole: (answer: Buffer) => boolean,
): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    let answer: Buffer = Buffer.alloc(0)
    const end = (result: Buffer | undefined): void => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(ANSWER_WITHIN_MS, () => end(undefined))
    socket.once('error', () => end(undefined))
    socket.once('close', () => end(undefined))
    socket.once('connect', () => socket.write(question))
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (isWhole(answer)) end(answer)
    })
  })
}

/** Whether the server at `port` answers a GET of `path` with 200; a body may be demanded. */
export async function getsOk(port: number, path: string, body?: RegExp): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal })
    const text = await response.text()
    return response.status === 200 && (body === undefined || body.test(text))
  } catch {
    return false // nobody listens yet, or it hung up: both mean "not ready"
  }
}

/** Whether a server could listen on this port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.close(() => resolve(true))
    })
  })
}
