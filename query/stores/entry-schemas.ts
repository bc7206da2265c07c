// What may be asked of entries, and what is answered, as the OpenAPI document says it.

const MOST_ENTRIES = 1_000
export const USUAL_ENTRIES = 100
const MOST_WAIT_MS = 30_000
export const USUAL_WAIT_MS = 5_000

export const STORE_PARAMS = {
  type: 'object',
  properties: {
    step: { type: 'string', description: 'Id of the step.' },
    store: { type: 'string', description: 'Name of the store.' },
  },
  required: ['step', 'store'],
} as const
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
export const POINT_QUERY = {
  at: { type: 'string', description: 'The place under the key, of a map or a window.' },
  ...COMMON,
}
export const RANGE_QUERY = {
  prefix: { type: 'string', description: 'What the text of a key begins with.' },
  from: { type: 'string', description: 'The first key.' },
  to: { type: 'string', description: 'The key behind the last.' },
  cursor: { type: 'string', description: '`next` of the page before.' },
  limit: LIMIT,
  ...COMMON,
}
export const PLACES_QUERY = {
  from: { type: 'string', description: 'The first place.' },
  to: { type: 'string', description: 'The place behind the last.' },
  limit: LIMIT,
  ...COMMON,
}
export const KEY_PARAMS = {
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
const POINT_PARTS = {
  parts: {
    ...PARTS.parts,
    description: 'The entry is of the first; others have one of their own under the key.',
  },
}
export const POINT = { type: 'object', properties: { ...HEAD, ...ENTRY, ...POINT_PARTS } }
export const PAGE = {
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
