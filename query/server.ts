// The HTTP server of a run: the query API under /api/v1, with its OpenAPI document and a page of
// reference, and /health, /metrics and /tasks. Each route is a file in routes/. What cannot be
// answered is a problem (problem.ts); nothing here changes the state of the topology.
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { EngineError } from '../topology/engine-error.ts'
import { Problem, problemBody, type ProblemCode, problems } from './problem.ts'
import { addCaller } from './routes/caller.ts'
import { addControl } from './routes/control.ts'
import { addDeadLetters } from './routes/dead-letters.ts'
import { addEntries } from './routes/entries.ts'
import { addEventStream } from './routes/event-stream.ts'
import { addHealth } from './routes/health.ts'
import { addLatches } from './routes/latches.ts'
import { addMetrics } from './routes/metrics.ts'
import { addPage } from './routes/page.ts'
import { addProblems } from './routes/problems.ts'
import type { Api } from './routes/route.ts'
import { addStatus } from './routes/status.ts'
import { addStores } from './routes/stores.ts'
import { addTasks } from './routes/tasks.ts'
import { addTopology } from './routes/topology.ts'
import { addWebSocket } from './routes/web-socket.ts'
import { type AccessSettings, assertGuarded, type Audit, guard } from './security/access.ts'

export interface ServerOptions {
  readonly api: Api
  /** 0: any that is free. */
  readonly port: number
  /** Only this machine is served unless another address is given. */
  readonly host?: string
  readonly guarding?: Guarding
}

/** Who may ask, and how often, and by what it is told. Undefined parts: this machine alone. */
export interface Guarding {
  readonly access?: AccessSettings
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly rate?: { readonly requests: number; readonly perMs: number }
  readonly audit?: Audit
}

export interface RunningServer {
  readonly port: number
  readonly close: () => Promise<void>
}

/**
 * @throws EngineError `port-in-use`; `address-refused` where the system allows no server;
 * `address-open` where others than this machine would be served without a key.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { api, port, host = '127.0.0.1', guarding } = options
  assertGuarded(host, guarding?.access)
  const server = await makeServer(api, guarding)
  try {
    await server.listen({ port, host })
  } catch (error) {
    await server.close()
    throw refusal(error, host, port)
  }
  const [address] = server.addresses()
  const actual = typeof address === 'object' ? address.port : port
  const close = async (): Promise<void> => {
    await server.close()
    await api.hub.close()
  }
  return { port: actual, close }
}

const allRoutes = [
  ...[addPage, addCaller],
  ...[addHealth, addMetrics, addTasks],
  ...[addStores, addEntries],
  ...[addEventStream, addWebSocket],
  ...[addTopology, addStatus, addDeadLetters, addControl, addLatches, addProblems],
]

/** Of one caller: far more than a page asks, far less than would hurt. */
const USUAL_RATE = { requests: 200_000, perMs: 60_000 }

const MOST_BODY_BYTES = 100_000
/** A key in a path may be as long as this, before it is decoded. */
const MOST_PARAM_LENGTH = 4_000

/** The routes without a port, for tests. */
export async function makeServer(
  api: Api,
  { access, tls, rate = USUAL_RATE, audit = () => Promise.resolve() }: Guarding = {},
): Promise<FastifyInstance> {
  const server: FastifyInstance = Fastify({
    ...(tls && { https: tls }),
    // Whoever keeps a connection open to ask again does not hold up the end of a run.
    forceCloseConnections: true,
    bodyLimit: MOST_BODY_BYTES,
    routerOptions: { maxParamLength: MOST_PARAM_LENGTH },
    frameworkErrors: (error, _request, reply) => void answerRefusal(reply, error),
    ajv: { customOptions: { removeAdditional: false, strict: false } },
  })
  // Schemas of answers are for the document: what is answered is written as it is.
  server.setSerializerCompiler(() => (data) => JSON.stringify(data))
  answerProblems(server)
  await server.register(swagger, { openapi: documentOf(api) })
  await server.register(websocket)
  await server.register(swaggerUi, { routePrefix: '/api' })
  await server.register(async (routes) => {
    guard(routes, access, audit)
    await routes.register(rateLimit, {
      max: rate.requests,
      timeWindow: rate.perMs,
      keyGenerator: ({ caller, ip }) => caller?.name ?? ip,
    })
    for (const addRoute of allRoutes) addRoute(routes, api)
    routes.get('/api/v1/openapi.json', { schema: { hide: true } }, () => server.swagger())
  })
  return server
}

function documentOf({ layout }: Api) {
  return {
    openapi: '3.1.0' as const,
    info: {
      title: `Millrace: ${layout.plan.topology}`,
      version: '1',
      description:
        'Committed state of a running topology, and what it tells of itself. Times are integer ' +
        'microseconds since 1970, decimals are texts.',
    },
    tags: [
      { name: 'stores', description: 'What steps remember, as last committed' },
      { name: 'streams', description: 'Topics as they are written' },
      { name: 'operations', description: 'The topology, how it goes, and what was refused' },
      { name: 'control', description: 'Commands to the desk' },
    ],
  }
}

const PROBLEM_JSON = 'application/problem+json'

const FROM_FASTIFY: Readonly<Record<number, ProblemCode>> = {
  404: 'not-found',
  413: 'too-large',
  414: 'too-large',
  429: 'too-many',
}

/** What Fastify refuses, before it knows the route or on its way there. */
interface Refusal {
  readonly statusCode?: number
  readonly message: string
}

function answerRefusal(reply: FastifyReply, { statusCode = 400, message }: Refusal): FastifyReply {
  const body = problemBody(FROM_FASTIFY[statusCode] ?? 'bad-request', message)
  return reply
    .code(statusCode)
    .type(PROBLEM_JSON)
    .send({ ...body, status: statusCode })
}

function answerProblems(server: FastifyInstance): void {
  server.setNotFoundHandler(async (request, reply) => {
    const detail = `there is no ${request.method} of this path; /api lists what there is`
    return reply.code(404).type(PROBLEM_JSON).send(problemBody('not-found', detail))
  })
  server.setErrorHandler(async (error, request, reply) => {
    if (error instanceof Problem) {
      if (error.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
      if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
      const { status } = problems[error.code]
      return reply.code(status).type(PROBLEM_JSON).send(problemBody(error.code, error.message))
    }
    if (error instanceof EngineError) {
      const { code, message } = error
      if (error.retryable) reply.header('retry-after', 1)
      const body = problemBody('log-failed', `${code}: ${message}`)
      return reply.code(body.status).type(PROBLEM_JSON).send(body)
    }
    const refused = error as Refusal
    if ((refused.statusCode ?? 500) < 500) return answerRefusal(reply, refused)
    request.log.error(error)
    const detail = 'this is a fault of the engine: its log says more'
    return reply.code(500).type(PROBLEM_JSON).send(problemBody('internal', detail))
  })
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
