// GET /api/v1/streams, as a WebSocket: any number of channels over one connection. The client sends
// {"op":"subscribe","channel":"market:quotes:EURUSD","from":"0@17"} or {"op":"unsubscribe",...};
// the server sends snapshots, updates, heartbeats and problems, each with its channel.
import type { WebSocket } from '@fastify/websocket'
import { rest } from '../../runtime/pace.ts'
import { Problem, problemBody } from '../problem.ts'
import { channelOf, readOffsets, subscribe } from '../streams/subscribe.ts'
import type { AddRoute, Api } from './route.ts'

const MOST_CHANNELS = 200
const HEARTBEAT_MS = 15_000
/** RFC 6455 leaves 4000 to 4999 to applications. */
const TOO_SLOW = 4008

interface Order {
  readonly op: 'subscribe' | 'unsubscribe'
  readonly channel: string
  readonly from?: string
}

export const addWebSocket: AddRoute = (server, api) => {
  server.get(
    '/api/v1/streams',
    {
      websocket: true,
      schema: { tags: ['streams'], summary: 'Channels over a WebSocket' },
    },
    (socket) => {
      serve(socket, api)
    },
  )
}

function serve(socket: WebSocket, api: Api): void {
  /** What ends them; a subscription that is under way has its place already. */
  const channels = new Map<string, () => void>()
  const send = (message: object): void => socket.send(JSON.stringify(message))
  const refuse = (channel: string | undefined, error: unknown): void => {
    const problem = error instanceof Problem ? error : undefined
    const detail = problem?.message ?? 'the log cannot be read at present'
    send({ type: 'problem', channel, ...bodyOf(problem?.code ?? 'not-here', detail) })
  }
  const open = async ({ channel: name, from: position }: Order): Promise<void> => {
    const channel = channelOf(api.layout.plan, name)
    const from = readOffsets(channel, position)
    if (channels.has(name)) throw new Problem('bad-request', `"${name}" is subscribed already`)
    if (channels.size >= MOST_CHANNELS) {
      throw new Problem('too-many', `one connection has ${MOST_CHANNELS} channels at most`)
    }
    const over = new AbortController()
    channels.set(name, () => over.abort())
    try {
      const end = await subscribe(api, {
        ...{ channel, from },
        outlet: { send, backlog: () => socket.bufferedAmount },
        isOver: () => over.signal.aborted || socket.readyState !== socket.OPEN,
        onDropped: (reason) => {
          send({ type: 'dropped', channel: name, reason })
          socket.close(TOO_SLOW, reason)
        },
        onProblem: () => undefined,
      })
      if (over.signal.aborted) end()
      else channels.set(name, end)
    } catch (error) {
      channels.delete(name)
      throw error
    }
  }
  socket.on('message', (data: Buffer) => {
    const order = readOrder(data)
    if (order === undefined) {
      refuse(undefined, new Problem('bad-request', ORDER_FORM))
    } else if (order.op === 'unsubscribe') {
      channels.get(order.channel)?.()
      channels.delete(order.channel)
      send({ type: 'unsubscribed', channel: order.channel })
    } else {
      open(order).catch((error: unknown) => refuse(order.channel, error))
    }
  })
  socket.on('close', () => {
    for (const end of channels.values()) end()
    channels.clear()
  })
  void beat(socket)
}

function bodyOf(code: Problem['code'], detail: string) {
  const { type: about, ...body } = problemBody(code, detail)
  return { about, ...body }
}

const ORDER_FORM = 'send {"op":"subscribe","channel":"market:quotes:EURUSD"} as JSON'
const MOST_ORDER_BYTES = 10_000

function readOrder(data: Buffer): Order | undefined {
  if (data.length > MOST_ORDER_BYTES) return undefined
  let read: unknown
  try {
    read = JSON.parse(data.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  const { op, channel, from } = (read ?? {}) as Partial<Record<keyof Order, unknown>>
  if ((op !== 'subscribe' && op !== 'unsubscribe') || typeof channel !== 'string') return undefined
  if (from !== undefined && typeof from !== 'string') return undefined
  return { op, channel, ...(from !== undefined && { from }) }
}

async function beat(socket: WebSocket): Promise<void> {
  for (;;) {
    await rest(HEARTBEAT_MS)
    if (socket.readyState !== socket.OPEN) return
    socket.send(JSON.stringify({ type: 'heartbeat' }))
  }
}
