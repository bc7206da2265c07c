// GET /: the live page. GET /page/:name: its style and its modules. They hold no data: the page
// asks the API, with the rights of its visitor. Its policy lets it ask this server alone.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readPageFiles } from '../page/page-files.ts'
import { Problem } from '../problem.ts'
import type { AddRoute } from './route.ts'

const OPEN = { config: { role: 'anyone' }, schema: { hide: true } } as const

const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

export const addPage: AddRoute = (server) => {
  let files: ReturnType<typeof readPageFiles> | undefined
  const send = (name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    // Read when it is first asked for: most runs are never looked at.
    files ??= readPageFiles()
    const file = files.get(name)
    if (file === undefined) throw new Problem('not-found', `the page has no file "${name}"`)
    reply.headers(HEADERS).header('etag', file.tag)
    if (request.headers['if-none-match'] === file.tag) return reply.code(304).send()
    return reply.type(file.type).send(file.text)
  }
  server.get('/', OPEN, (request, reply) => send('', request, reply))
  server.get<{ Params: { name: string } }>('/page/:name', OPEN, (request, reply) =>
    send(request.params.name || 'none', request, reply),
  )
}
