// GET /api/v1/stores: what the steps of the topology remember, and how it is keyed. Of each store:
// its kind, the fields of its key, the Avro schema of an entry, and which tasks have it.
import { typeToAvro } from '../../schemas/avro.ts'
import { describeType } from '../../schemas/type.ts'
import { queriedStores, type QueriedStore } from '../../runtime/query/queried-store.ts'
import { Problem } from '../problem.ts'
import { STORE_PARAMS } from '../stores/entry-schemas.ts'
import { answers, type AddRoute } from './route.ts'

export const addStores: AddRoute = (server, { layout }) => {
  const stores = queriedStores(layout)
  const { topology } = layout.plan
  server.get(
    '/api/v1/stores',
    {
      schema: {
        tags: ['stores'],
        summary: 'The stores of the topology',
        response: answers({
          type: 'object',
          properties: { topology: { type: 'string' }, stores: { type: 'array', items: STORE } },
        }),
      },
    },
    () => ({ topology, stores: [...stores.values()].map(answerOf) }),
  )
  server.get<{ Params: { step: string; store: string } }>(
    '/api/v1/stores/:step/:store',
    {
      schema: {
        tags: ['stores'],
        summary: 'One store',
        params: STORE_PARAMS,
        response: answers(STORE),
      },
    },
    ({ params }) => ({ topology, ...answerOf(storeOf(stores, params)) }),
  )
}

/** @throws Problem `store-unknown`. */
export function storeOf(
  stores: ReadonlyMap<string, QueriedStore>,
  { step, store }: { readonly step: string; readonly store: string },
): QueriedStore {
  const found = stores.get(`${step}.${store}`)
  if (found !== undefined) return found
  const own = [...stores.values()].filter((each) => each.step === step)
  const names = own.length === 0 ? [...stores.keys()] : own.map(({ name }) => name)
  const what = own.length === 0 ? 'there are' : `step "${step}" has`
  throw new Problem(
    'store-unknown',
    names.length === 0
      ? 'no step of the topology remembers anything'
      : `${what} ${names.join(', ')}`,
  )
}

const STORE = {
  type: 'object',
  properties: {
    step: { type: 'string' },
    operator: { type: 'string' },
    store: { type: 'string' },
    kind: { enum: ['value', 'map', 'window'] },
    key: {
      type: 'array',
      items: { type: 'object', properties: { name: { type: 'string' }, type: { type: 'string' } } },
    },
    keepSeconds: { type: ['number', 'null'], description: 'After which an entry is gone.' },
    entry: { type: 'object', additionalProperties: true, description: 'Avro schema.' },
    tasks: { type: 'array', items: { type: 'string' } },
  },
}

const MICROS_PER_SECOND = 1_000_000

function answerOf({ step, operator, name, kind, type, key, entry, tasks }: QueriedStore) {
  return {
    step,
    operator,
    store: name,
    kind,
    key: key.map((field) => ({ name: field.name, type: describeType(field.type) })),
    keepSeconds: type.keep === undefined ? null : type.keep / MICROS_PER_SECOND,
    entry: typeToAvro(entry),
    tasks: tasks.map(({ id }) => id),
  }
}
