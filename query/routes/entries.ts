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
  compareAt,
  type ShownEntry,
  type StoreReader,
  storeReader,
} from '../../runtime/query/read-store.ts'
import { Problem } from '../problem.ts'
import { readPageEnd, writePageEnd } from '../stores/cursor.ts'
import {
  KEY_PARAMS,
  PAGE,
  PLACES_QUERY,
  POINT,
  POINT_QUERY,
  RANGE_QUERY,
  STORE_PARAMS,
  USUAL_ENTRIES,
  USUAL_WAIT_MS,
} from '../stores/entry-schemas.ts'
import { askOwner, HOP_HEADER } from '../stores/forward.ts'
import { type Asked, type Part, type PartAnswer, readParts } from '../stores/parts.ts'
import { readPositions } from '../stores/positions.ts'
import { answers, type AddRoute, type Api } from './route.ts'
import { storeOf } from './stores.ts'

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
  const parts = await askForKey(api, store, key, request, (state) => {
    const found = reader.entry(state, key, at)
    return { entries: found ? [{ ...found, name: '' }] : [], isCut: false }
  })
  if (isHop(request)) return parts[0]
  const having = parts.filter(({ entries }) => entries.length > 0)
  const [entry] = having.flatMap(({ entries }) => entries)
  if (entry !== undefined) {
    return { ...headOf(api, store), ...shown(entry), parts: partsOf(having) }
  }
  const name = `${store.step}.${store.name}`
  const detail = `${name} has nothing under ${JSON.stringify(shownKey(store, key))}`
  throw new Problem('key-unknown', detail)
}

async function range(api: Api, { store, reader }: Opened, request: RangeRequest) {
  const { prefix = '', from, to, cursor, limit = USUAL_ENTRIES } = request.query
  const after = cursor === undefined ? undefined : readPageEnd(cursor)
  const parts = await ask(api, store, request, allOf(store), (state, partition) => {
    const isPast = after !== undefined && partition > after.partition
    const begin = after && { name: after.name, isGiven: !isPast }
    return reader.range(state, { prefix, from, to, begin, limit })
  })
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
  const parts = await askForKey(api, store, key, request, (state) =>
    reader.places(state, { key, from, to, limit }),
  )
  if (isHop(request)) return parts[0]
  const entries = parts.flatMap((each) => each.entries).toSorted((a, b) => compareAt(a.at, b.at))
  const isCut = parts.some((each) => each.isCut) || entries.length > limit
  const kept = entries.slice(0, limit).map(shown)
  return { ...headOf(api, store), entries: kept, isCut, parts: partsOf(parts) }
}

/** Where it is to be; and where it is not, everywhere else, for it may be there all the same. */
async function askForKey(
  api: Api,
  store: QueriedStore,
  key: string,
  request: PointRequest | PlacesRequest,
  read: Asked['read'],
): Promise<readonly PartAnswer[]> {
  const likely = partitionsOf(store, api.layout.plan, key)
  const found = await ask(api, store, request, likely, read)
  const others = allOf(store).filter((partition) => !likely.includes(partition))
  const isThere = found.some(({ entries }) => entries.length > 0)
  const isOne = request.query.partition !== undefined
  if (isThere || isOne || others.length === 0) return found
  return [...found, ...(await ask(api, store, request, others, read))]
}

function allOf({ tasks }: QueriedStore): readonly number[] {
  return tasks.map(({ partition }) => partition)
}

/** @throws Problem `bad-request` for a partition that the store has not; see also readParts. */
function ask(
  api: Api,
  store: QueriedStore,
  request: PointRequest | RangeRequest | PlacesRequest,
  partitions: readonly number[],
  read: Asked['read'],
): Promise<readonly PartAnswer[]> {
  const { min_position, wait: waitMs = USUAL_WAIT_MS, partition } = request.query
  const { url, headers } = request
  const all = allOf(store)
  if (partition !== undefined && !all.includes(partition)) {
    const detail = `${store.step}.${store.name} has the partitions ${all.join(', ')}`
    throw new Problem('bad-request', detail)
  }
  return readParts(api, {
    store,
    partitions: partition === undefined ? partitions : [partition],
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
    .flatMap(({ entries, part: { partition } }) =>
      entries.map((entry) => ({ entry, partition, bytes: Buffer.from(entry.name) })),
    )
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes) || a.partition - b.partition)
  const kept = all.slice(0, limit)
  const last = kept.at(-1)
  const isCut = all.length > kept.length || parts.some((each) => each.isCut)
  return {
    ...headOf(api, store),
    entries: kept.map(({ entry }) => shown(entry)),
    next:
      isCut && last !== undefined
        ? writePageEnd({ name: last.entry.name, partition: last.partition })
        : null,
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

function schemaOf(summary: string, query: object, params: object, good: object) {
  const querystring = { type: 'object', properties: query, additionalProperties: false }
  return { tags: ['stores'], summary, querystring, params, response: answers(good) }
}
