// GET /api/v1/latches: what keeps the risk gates of a desk from taking orders, as they remember it:
// the commands that hold, and the accounts whose latch or loss breaker has closed.
import type { FastifyRequest } from 'fastify'
import { EVERY_ACCOUNT } from '../../operators/every-account.ts'
import { type QueriedStore, queriedStores } from '../../runtime/query/queried-store.ts'
import { type ShownEntry, type StoreReader, storeReader } from '../../runtime/query/read-store.ts'
import { askOwner, HOP_HEADER } from '../stores/forward.ts'
import { type PartAnswer, readParts } from '../stores/parts.ts'
import { answers, type AddRoute, type Api } from './route.ts'

type LatchesRequest = FastifyRequest<{
  Querystring: { readonly step?: string; readonly partition?: number }
}>

interface Gate {
  readonly desks: QueriedStore
  readonly readDesks: StoreReader
  /** Undefined: it takes no commands. */
  readonly readCommands: StoreReader | undefined
}

/** What is read of an entry of `desks`, see operators/risk-gate/entries.ts. */
interface ShownDesk {
  readonly equity: string | null
  readonly drawdown: number | null
  readonly is_latched: boolean
  readonly paused_until: number | null
}

interface ShownCommands {
  readonly given: readonly {
    readonly account: string
    readonly symbol: string | null
    readonly is_halted: boolean
  }[]
}

/** Of one partition. */
const MOST_ACCOUNTS = 10_000
/** No account is called so: entries of `desks` have the account's own name. */
const COMMANDS = ''
const ALL = { prefix: '', from: undefined, to: undefined, begin: undefined }

export const addLatches: AddRoute = (server, api) => {
  const stores = queriedStores(api.layout)
  const gates = [...stores.values()]
    .filter(({ operator, name }) => operator === 'risk-gate' && name === 'desks')
    .map((desks): Gate => {
      const commands = stores.get(`${desks.step}.commands`)
      const readCommands = commands && storeReader(commands)
      return { desks, readDesks: storeReader(desks), readCommands }
    })
  server.get(
    '/api/v1/latches',
    {
      schema: {
        tags: ['control'],
        summary: 'What keeps desks from taking orders',
        querystring: QUERY,
        response: answers(ANSWER),
      },
    },
    async (request: LatchesRequest) => {
      const { step } = request.query
      const asked = gates.filter(({ desks }) => step === undefined || desks.step === step)
      const found = await Promise.all(
        asked.map(async (gate) => ({ gate, parts: await readGate(api, gate, request) })),
      )
      const [first] = found
      if (isHop(request) && first !== undefined) return first.parts[0]
      return {
        topology: api.layout.plan.topology,
        gates: found.map(({ gate, parts }) => gateAnswer(gate, parts)),
      }
    },
  )
}

/** Of each partition its accounts, and under an empty name the commands that it knows. */
function readGate(api: Api, { desks, readDesks, readCommands }: Gate, request: LatchesRequest) {
  const { partition } = request.query
  const all = desks.tasks.map((task) => task.partition)
  const url = `/api/v1/latches?step=${encodeURIComponent(desks.step)}`
  return readParts(api, {
    store: desks,
    partitions: partition === undefined ? all : all.filter((each) => each === partition),
    wanted: [],
    waitMs: 0,
    read: (state) => {
      const { entries, isCut } = readDesks.range(state, { ...ALL, limit: MOST_ACCOUNTS })
      const commands = readCommands?.entry(state, EVERY_ACCOUNT)
      const clock = Math.max(...desks.tasks.map(({ id }) => state.commitOf(id)?.clock ?? -Infinity))
      const named = commands === undefined ? [] : [{ ...commands, name: COMMANDS }]
      return { entries: [...named, ...entries.filter((each) => isClosed(each, clock))], isCut }
    },
    forward: isHop(request)
      ? undefined
      : (endpoint, each) => askOwner(endpoint, each, { url, headers: request.headers, waitMs: 0 }),
  })
}

function isHop({ headers }: LatchesRequest): boolean {
  return headers[HOP_HEADER] !== undefined
}

function isClosed({ value }: ShownEntry, clock: number): boolean {
  const { is_latched: isLatched, paused_until: pausedUntil } = value as unknown as ShownDesk
  return isLatched || (pausedUntil !== null && pausedUntil > clock)
}

function gateAnswer({ desks }: Gate, parts: readonly PartAnswer[]) {
  const all = parts.flatMap(({ entries }) => entries)
  // Every task has the same commands; the one that is ahead knows the most.
  const known = parts
    .toSorted((a, b) => (b.part.streamTime ?? 0) - (a.part.streamTime ?? 0))
    .flatMap(({ entries }) => entries.find(({ name }) => name === COMMANDS) ?? [])
  const { given } = (known[0]?.value ?? { given: [] }) as unknown as ShownCommands
  return {
    step: desks.step,
    commands: given.map(({ account, symbol, is_halted: isHalted }) => {
      return { account, symbol, isHalted }
    }),
    accounts: all
      .filter(({ name }) => name !== COMMANDS)
      .map(({ key, value }) => {
        const desk = value as unknown as ShownDesk
        const { equity, drawdown, is_latched: isLatched, paused_until: pausedUntil } = desk
        return { account: key, equity, drawdown, isLatched, pausedUntil }
      }),
    isCut: parts.some(({ isCut }) => isCut),
    parts: parts.map(({ part }) => part),
  }
}

const QUERY = {
  type: 'object',
  properties: {
    step: { type: 'string', description: 'Only this risk gate.' },
    partition: { type: 'integer', minimum: 0, description: 'Ask one partition only.' },
  },
  additionalProperties: false,
}
const COMMAND = {
  account: { type: 'string', description: '* for all.' },
  symbol: { type: ['string', 'null'], description: 'Null for all.' },
  isHalted: { type: 'boolean' },
}
const ACCOUNT = {
  account: { type: 'string' },
  equity: { type: ['string', 'null'] },
  drawdown: { type: ['number', 'null'] },
  isLatched: { type: 'boolean', description: 'Until a reset.' },
  pausedUntil: { type: ['integer', 'null'], description: 'By the loss breaker.' },
}
const GATE = {
  step: { type: 'string' },
  commands: {
    type: 'array',
    items: { type: 'object', properties: COMMAND },
    description: 'In the order given: of those that speak of an order the last holds.',
  },
  accounts: { type: 'array', items: { type: 'object', properties: ACCOUNT } },
  isCut: { type: 'boolean' },
  parts: { type: 'array', items: { type: 'object', additionalProperties: true } },
}
const ANSWER = {
  type: 'object',
  properties: {
    topology: { type: 'string' },
    gates: { type: 'array', items: { type: 'object', properties: GATE } },
  },
}
