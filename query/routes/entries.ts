// GET /api/v1/stores/:step/:store/entries: one entry by its key; those of a range of keys, page by
// page; and, of a map or a window, those under one key. Every answer says on which commits it
// rests.
import type { FastifyRequest } from 'fastify'
import type { At } from '../../runtime/state/bucket.ts'
import {
  parseKey,
  partitionsOf,
  queriedStores,
  shownKey,
} from '../../runtime/query/queried-store.ts'
import type { QueriedStore } from '../../runtime/query/queried-store.ts'
import {
  type Page,
  type ShownEntry,
  type StoreReader,
  storeReader,
} from '../../runtime/query/read-store.ts'
import type { PartitionState } from '../../runtime/query/state-view.ts'
import { Problem } from '../problem.ts'
import { readCursor, writeCursor } from '../stores/cursor.ts'
import { askOwner, HOP_HEADER } from '../stores/forward.ts'
import { type Part, type PartAnswer, readParts } from '../stores/parts.ts'
import { readPositions } from '../stores/positions.ts'
import { answers, type AddRoute, type Api } from './route.ts'
import { STORE_PARAMS, storeOf } from './stores.ts'

const MOST_ENTRIES = 1_000
const USUAL_ENTRIES = 100
const MOST_WAIT_MS = 30_000
const USUAL_WAIT_MS = 5_000

interface Common {
  readonly min_position?: string
  readonly wait?: number
  readonly partition?: number
}

interface StoreParams {
  readonly step: string
  readonly store: string
}

type PointRequest = FastifyRequest<{
  Params: StoreParams & { key: string }
  Querystring: Common & { at?: string }
}>
type RangeRequest = FastifyRequest<{
  Params: StoreParams
  Querystring: Common & RangeQuery
}>
type PlacesRequest = FastifyRequest<{
  Params: StoreParams & { key: string }
  Querystring: Common & Pick<RangeQuery, 'from' | 'to' | 'limit'>
}>

interface RangeQuery {
  readonly prefix?: string
  readonly from?: string
  readonly to?: string
  readonly cursor?: string
  readonly limit?: number
}

interface Opened {
  readonly store: QueriedStore
  readonly reader: StoreReader
}

export const addEntries: AddRoute = (server, api) => {
  const stores = queriedStores(api.layout)
  const readers = new Map([...stores].map(([id, store]) => [id, storeReader(store)]))
  const open = (params: StoreParams): Opened => {
    const store = storeOf(stores, params)
    const reader = readers.get(`${store.step}.${store.name}`)
    if (reader === undefined) throw new Error(`no reader of ${store.step}.${store.name}`)
    return { store, reader }
  }
  const base = '/api/v1/stores/:step/:store/entries'
  server.get(
    base,
    { schema: schemaOf('Entries of a range of keys', RANGE_QUERY, STORE_PARAMS, PAGE) },
    (request: RangeRequest) => range(api, open(request.params), request),
  )
  server.get(
    `${base}/:key`,
    { schema: schemaOf('One entry', POINT_QUERY, KEY_PARAMS, POINT) },
    (request: PointRequest) => point(api, open(request.params), request),
  )
  server.get(
    `${base}/:key/places`,
    { schema: schemaOf('What a map or a window has under a key', PLACES_QUERY, KEY_PARAMS, PAGE) },
    (request: PlacesRequest) => places(api, open(request.params), request),
  )
}

async function point(api: Api, { store, reader }: Opened, request: PointRequest) {
  const key = keyOf(store, request.params.key)
  const at = placeOf(store, request.query.at)
  const parts = await ask(
    api,
    store,
    request,
    partitionsOf(store, api.layout.plan, key),
    (state) => {
      const found = reader.entry(state, key, at)
      return { entries: found ? [{ ...found, name: '' }] : [], isCut: false }
    },
  )
  if (isHop(request)) return parts[0]
  const found = parts.find(({ entries }) => entries.length > 0)
  const [entry] = found?.entries ?? []
  const name = `${store.step}.${store.name}`
  if (entry === undefined || found === undefined) {
    throw new Problem(
      'key-unknown',
      `${name} has nothing under ${JSON.stringify(shownKey(store, key))}`,
    )
  }
  return { ...headOf(api, store), ...shown(entry), parts: [found.part] }
}

async function range(api: Api, { store, reader }: Opened, request: RangeRequest) {
  const { prefix = '', from, to, cursor, limit = USUAL_ENTRIES } = request.query
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const all = store.tasks.map(({ partition }) => partition)
  const parts = await ask(api, store, request, all, (state) =>
    reader.range(state, { prefix, from, to, after, limit }),
  )
  if (isHop(request)) return parts[0]
  return pageOf(api, store, parts, limit)
}

async function places(api: Api, { store, reader }: Opened, request: PlacesRequest) {
  if (store.kind === 'value') {
    throw new Problem('bad-request', `${store.step}.${store.name} has one entry under a key`)
  }
  const key = keyOf(store, request.params.key)
  const { limit = USUAL_ENTRIES } = request.query
  const from = boundOf(store, request.query.from)
  const to = boundOf(store, request.query.to)
  const partitions = partitionsOf(store, api.layout.plan, key)
  const parts = await ask(api, store, request, partitions, (state) =>
    reader.places(state, { key, from, to, limit }),
  )
  if (isHop(request)) return parts[0]
  const entries = parts.flatMap((each) => each.entries)
  const isCut = parts.some((each) => each.isCut) || entries.length > limit
  const kept = entries.slice(0, limit).map(shown)
  return { ...headOf(api, store), entries: kept, isCut, parts: partsOf(parts) }
}

function ask(
  api: Api,
  store: QueriedStore,
  request: PointRequest | RangeRequest | PlacesRequest,
  partitions: readonly number[],
  read: (state: PartitionState) => Page,
): Promise<readonly PartAnswer[]> {
  const { min_position, wait: waitMs = USUAL_WAIT_MS, partition } = request.query
  const { url, headers } = request
  return readParts(api, {
    store,
    partitions: partition === undefined ? partitions : partitions.filter((p) => p === partition),
    wanted: readPositions(min_position),
    waitMs,
    read,
    forward: isHop(request)
      ? undefined
      : (endpoint, each) => askOwner(endpoint, each, { url, headers, waitMs }),
  })
}

function isHop({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers[HOP_HEADER] !== undefined
}

/** The pages of the partitions as one, in the order of names, cut where any of them is. */
function pageOf(api: Api, store: QueriedStore, parts: readonly PartAnswer[], limit: number) {
  const all = parts
    .flatMap(({ entries }) => entries.map((entry) => ({ entry, bytes: Buffer.from(entry.name) })))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
  const kept = all.slice(0, limit).map(({ entry }) => entry)
  const last = kept.at(-1)
  const isCut = all.length > kept.length || parts.some((each) => each.isCut)
  return {
    ...headOf(api, store),
    entries: kept.map(shown),
    next: isCut && last !== undefined ? writeCursor(last.name) : null,
    parts: partsOf(parts),
  }
}

/** Without the name, which is for merging alone. */
function shown({ key, at, value }: ShownEntry): ShownEntry {
  return { key, ...(at !== undefined && { at }), value }
}

function headOf({ layout }: Api, { step, name }: QueriedStore) {
  return { topology: layout.plan.topology, store: `${step}.${name}` }
}

function partsOf(parts: readonly PartAnswer[]): readonly Part[] {
  return parts.map(({ part }) => part)
}

/** @throws Problem `key-malformed`. */
function keyOf(store: QueriedStore, text: string): string {
  const key = parseKey(store, text)
  if (key !== undefined) return key
  const fields = store.key.map(({ name, type }) => `${name} (${type.kind})`).join(', ')
  const form = store.key.length > 1 ? 'a JSON list' : 'JSON'
  throw new Problem(
    'key-malformed',
    `the key of ${store.step}.${store.name} is ${fields}, as ${form}`,
  )
}

/** @throws Problem `bad-request`. */
function placeOf(store: QueriedStore, text: string | undefined): At | undefined {
  if ((store.kind === 'value') === (text === undefined)) return boundOf(store, text)
  const name = `${store.step}.${store.name}`
  const detail =
    store.kind === 'value'
      ? `${name} has one entry under a key, so leave "at" out`
      : `${name} has several entries under a key: say which with "at", or ask for its places`
  throw new Problem('bad-request', detail)
}

/** A place as its store counts it. @throws Problem `bad-request`. */
function boundOf({ kind }: QueriedStore, text: string | undefined): At | undefined {
  if (text === undefined || kind !== 'window') return text
  const at = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(at)) return at
  throw new Problem('bad-request', 'a place in a window is a whole number, such as microseconds')
}

const COMMON = {
  min_position: {
    type: 'string',
    description: 'Wait until this is in the answer: topic/partition@offset, several with commas.',
  },
  wait: {
    type: 'integer',
    minimum: 0,
    maximum: MOST_WAIT_MS,
    description: `For so many milliseconds at most; ${USUAL_WAIT_MS} if not stated.`,
  },
  partition: { type: 'integer', minimum: 0, description: 'Ask one partition only.' },
}
const LIMIT = { type: 'integer', minimum: 1, maximum: MOST_ENTRIES, default: USUAL_ENTRIES }
const POINT_QUERY = {
  at: { type: 'string', description: 'The place under the key, of a map or a window.' },
  ...COMMON,
}
const RANGE_QUERY = {
  prefix: { type: 'string', description: 'What the text of a key begins with.' },
  from: { type: 'string', description: 'The first key.' },
  to: { type: 'string', description: 'The key behind the last.' },
  cursor: { type: 'string', description: '`next` of the page before.' },
  limit: LIMIT,
  ...COMMON,
}
const PLACES_QUERY = {
  from: { type: 'string', description: 'The first place.' },
  to: { type: 'string', description: 'The place behind the last.' },
  limit: LIMIT,
  ...COMMON,
}
const KEY_PARAMS = {
  ...STORE_PARAMS,
  properties: {
    ...STORE_PARAMS.properties,
    key: {
      type: 'string',
      description: 'The key: a text as it is, else JSON, a list for several.',
    },
  },
  required: [...STORE_PARAMS.required, 'key'],
}

const PART = {
  type: 'object',
  properties: {
    partition: { type: 'integer' },
    task: { type: 'string' },
    epoch: { type: 'integer' },
    commit: { type: 'integer' },
    streamTime: { type: ['integer', 'null'] },
    positions: { type: 'object', additionalProperties: { type: 'integer' } },
    staleness: {
      type: 'object',
      properties: {
        lagRecords: { type: ['integer', 'null'] },
        lagSeconds: { type: ['number', 'null'] },
      },
    },
  },
}
const ENTRY = { key: {}, at: {}, value: { type: 'object', additionalProperties: true } }
const HEAD = { topology: { type: 'string' }, store: { type: 'string' } }
const PARTS = { parts: { type: 'array', items: PART } }
const POINT = { type: 'object', properties: { ...HEAD, ...ENTRY, ...PARTS } }
const PAGE = {
  type: 'object',
  properties: {
    ...HEAD,
    entries: { type: 'array', items: { type: 'object', properties: ENTRY } },
    next: {
      type: ['string', 'null'],
      description: 'The cursor of the next page; null: it is all.',
    },
    isCut: { type: 'boolean', description: 'Of places: whether there are more.' },
    ...PARTS,
  },
}

function schemaOf(summary: string, query: object, params: object, good: object) {
  const querystring = { type: 'object', properties: query, additionalProperties: false }
  return { tags: ['stores'], summary, querystring, params, response: answers(good) }
}
