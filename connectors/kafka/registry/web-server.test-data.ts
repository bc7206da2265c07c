// A web server on 127.0.0.1 for the registry's tests: answers as it is told, and notes what it was
// asked. It shows failures and shapes of answers, and is no registry.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Answer = (request: Asked, response: ServerResponse) => void

/** One request, its body as JSON. */
export interface Asked {
  /** Such as `GET /subjects/a`. */
  readonly line: string
  readonly body: unknown
  readonly authorization: string | undefined
}

export interface WebServer {
  readonly url: string
  readonly asked: readonly Asked[]
}

/** It ends with the test. */
export async function openWebServer(answer: Answer): Promise<WebServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const one = {
        line: `${request.method ?? ''} ${request.url ?? ''}`,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
        authorization: request.headers.authorization,
      }
      asked.push(one)
      answer(one, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, asked }
}

/** An answer in the registry's media type. */
export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' })
  response.end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
