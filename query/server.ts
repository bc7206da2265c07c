// The HTTP server of a run. Each route is a file in routes/; everything that it answers is JSON but
// the metrics, errors too. It reads what it is given and changes nothing.
import Fastify, { type FastifyInstance } from 'fastify'
import { EngineError } from '../topology/engine-error.ts'
import { addHealth } from './routes/health.ts'
import { addMetrics } from './routes/metrics.ts'
import { addTasks } from './routes/tasks.ts'
import type { Sources } from './routes/route.ts'

export interface ServerOptions extends Sources {
  /** 0: any that is free. */
  readonly port: number
  /** Only this machine is served unless another address is given. */
  readonly host?: string
}

export interface RunningServer {
  readonly port: number
  readonly close: () => Promise<void>
}

/** @throws EngineError `port-in-use`, or `address-refused` where the system allows no server. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { port, host = '127.0.0.1' } = options
  const server = makeServer(options)
  try {
    await server.listen({ port, host })
  } catch (error) {
    await server.close()
    throw refusal(error, host, port)
  }
  const [address] = server.addresses()
  const actual = typeof address === 'object' ? address.port : port
  return { port: actual, close: () => server.close() }
}

/** The routes without a port, for tests. */
export function makeServer(sources: Sources): FastifyInstance {
  // Whoever keeps a connection open to ask again does not hold up the end of a run.
  const server = Fastify({ forceCloseConnections: true })
  for (const addRoute of [addHealth, addMetrics, addTasks]) addRoute(server, sources)
  server.setNotFoundHandler(async (request, reply) => {
    const message = `there is no ${request.method} ${request.url}; /health, /metrics and /tasks are`
    return reply.code(404).send({ error: { code: 'not-found', message } })
  })
  server.setErrorHandler(async (error, _request, reply) => {
    const { statusCode = 500, code = 'internal' } = error as Partial<FastifyFault>
    const message = error instanceof Error ? error.message : String(error)
    return reply.code(statusCode).send({ error: { code, message } })
  })
  return server
}

interface FastifyFault {
  readonly statusCode: number
  readonly code: string
}

function refusal(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code
  const about = { coordinates: { host, port }, cause: error }
  if (code === 'EADDRINUSE') {
    return new EngineError(
      'port-in-use',
      `port ${port} of ${host} is in use; end what listens there, or take another with --http`,
      about,
    )
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new EngineError(
      'address-refused',
      `the system lets no server listen at port ${port} of ${host} (${code}); ` +
        'take a port above 1023 and an address of this machine',
      about,
    )
  }
  return error
}
