// GET /api/v1/streams/:channel: one channel as server-sent events, for `curl -N` and EventSource: a
// snapshot, then updates. The id of an event says from where to go on; a browser that comes back
// sends the last one by itself.
import type { ServerResponse } from 'node:http'
import { rest } from '../../runtime/pace.ts'
import { Problem, problemBody } from '../problem.ts'
import type { FeedMessage } from '../streams/feed.ts'
import { channelOf, readOffsets, subscribe } from '../streams/subscribe.ts'
import type { Channel } from '../../runtime/query/channels.ts'
import type { Offsets } from '../../runtime/query/topic-tail.ts'
import { answers, type AddRoute, type Api } from './route.ts'

const HEARTBEAT_MS = 15_000
const RECONNECT_MS = 1_000

const SCHEMA = {
  tags: ['streams'],
  summary: 'One channel as server-sent events',
  params: {
    type: 'object',
    properties: {
      channel: {
        type: 'string',
        description: 'A topic, and a key or none: market:quotes:EURUSD, or alerts.',
      },
    },
    required: ['channel'],
  },
  querystring: {
    type: 'object',
    properties: {
      from: { type: 'string', description: 'Where to go on: `resume` of a message.' },
      access_token: { type: 'string', description: 'For EventSource: a key or a token.' },
    },
    additionalProperties: false,
  },
  produces: ['text/event-stream'],
  response: answers({ type: 'string' }),
}

export const addEventStream: AddRoute = (server, api) => {
  server.get<{ Params: { channel: string }; Querystring: { from?: string } }>(
    '/api/v1/streams/:channel',
    { schema: SCHEMA },
    async (request, reply) => {
      const channel = channelOf(api.layout.plan, request.params.channel)
      const lastId = request.headers['last-event-id']
      const asked = request.query.from ?? (typeof lastId === 'string' ? lastId : undefined)
      const from = readOffsets(channel, asked)
      reply.hijack()
      const out = reply.raw
      out.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      out.write(`retry: ${RECONNECT_MS}\n\n`)
      await follow({ channel, from, out, api })
    },
  )
}

interface Following {
  readonly api: Api
  readonly channel: Channel
  readonly from: Offsets | undefined
  readonly out: ServerResponse
}

async function follow({ api, channel, from, out }: Following): Promise<void> {
  try {
    const end = await subscribe(api, {
      ...{ channel, from },
      outlet: {
        send: (message) => sendEvent(out, message),
        backlog: () => out.writableLength,
      },
      isOver: () => out.destroyed || out.writableEnded,
      onDropped: (reason) => endWith(out, 'dropped', { reason }),
      onProblem: () => undefined,
    })
    out.once('close', end)
    await beat(out)
  } catch (error) {
    // The head has gone out, so what is wrong is an event.
    const problem = error instanceof Problem ? error : undefined
    const detail = problem?.message ?? 'the log cannot be read at present'
    endWith(out, 'problem', problemBody(problem?.code ?? 'not-here', detail))
  }
}

function sendEvent(out: ServerResponse, message: FeedMessage): void {
  const { type, resume, ...data } = message
  const id = resume === undefined ? '' : `id: ${resume}\n`
  out.write(`event: ${type}\n${id}data: ${JSON.stringify(data)}\n\n`)
}

function endWith(out: ServerResponse, event: string, data: object): void {
  out.end(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}

/** A comment now and then, so that a connection that has gone is noticed. */
async function beat(out: ServerResponse): Promise<void> {
  while (!out.destroyed && !out.writableEnded) {
    out.write(': heartbeat\n\n')
    await rest(HEARTBEAT_MS)
  }
}
