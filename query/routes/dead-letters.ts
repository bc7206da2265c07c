// GET /api/v1/dead-letters: what was refused, the newest last, page by page towards the oldest.
// GET /api/v1/dead-letters/:number: one letter with what the record held. POST .../send: its input
// record again, as `millrace dead-letters send` does it.
import { letterAbout, letterJson } from '../../runtime/dead-letters/letter-json.ts'
import { newestLetters } from '../../runtime/dead-letters/newest-letters.ts'
import { planSending, sendRecords } from '../../runtime/dead-letters/send-letters.ts'
import {
  type Coordinates,
  coordinatesOf,
  letterAt,
  sentAgain,
  type StoredLetter,
} from '../../runtime/dead-letters/stored-letters.ts'
import { Problem } from '../problem.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { answers, type AddRoute, type Api, assertWritable } from './route.ts'

const MOST_LETTERS = 1_000
const USUAL_LETTERS = 100

interface ListQuery {
  readonly step?: string
  readonly cursor?: string
  readonly limit?: number
}

interface Numbered {
  readonly Params: { readonly number: string }
}

export const addDeadLetters: AddRoute = (server, api) => {
  const tags = ['operations']
  const inTurn = oneAtATime()
  server.get<{ Querystring: ListQuery }>(
    '/api/v1/dead-letters',
    {
      schema: {
        tags,
        summary: 'Dead letters, the newest last',
        querystring: LIST_QUERY,
        response: answers(LIST),
      },
    },
    ({ query }) => list(api, query),
  )
  const params = NUMBER_PARAMS
  server.get<Numbered>(
    '/api/v1/dead-letters/:number',
    {
      schema: {
        tags,
        summary: 'One dead letter, with its value',
        params,
        response: answers({ type: 'object', properties: WHOLE }),
      },
    },
    async ({ params: { number } }) => {
      const { plan } = api.layout
      const letter = await letterOf(api, number)
      return letterJson(plan, letter, isSent(letter, await sentAgain(api.log, plan.topology)))
    },
  )
  server.post<Numbered & { Body: { readonly again?: boolean } | undefined }>(
    '/api/v1/dead-letters/:number/send',
    {
      config: { role: 'operator' },
      schema: {
        tags,
        summary: 'Sends the input record of a dead letter again',
        params,
        body: SEND_BODY,
        response: answers(SENT),
      },
    },
    ({ params: { number }, body }) => {
      assertWritable(api)
      return inTurn(() => send(api, number, body?.again ?? false))
    },
  )
}

async function list(api: Api, { step, cursor, limit = USUAL_LETTERS }: ListQuery) {
  const { topology } = api.layout.plan
  const { letters, older } = await newestLetters(api.log, topology, {
    before: cursor === undefined ? undefined : offsetsIn(cursor),
    limit,
    isWanted: (letter) => step === undefined || letter.step === step,
  })
  const sent = await sentAgain(api.log, topology)
  return {
    topology,
    letters: letters.map((each) => letterAbout(each, isSent(each, sent))),
    older: older?.join() ?? null,
  }
}

async function send(api: Api, number: string, again: boolean) {
  const { log, layout } = api
  const { plan } = layout
  const letter = await letterOf(api, number)
  const sent = again ? new Map<Coordinates, string>() : await sentAgain(log, plan.topology)
  const sending = await planSending(log, plan, [letter], sent)
  const [refused] = sending.refused
  if (refused !== undefined) {
    const repair = refused.wasSent ? '; ask with {"again": true} to send it once more' : ''
    throw new Problem('not-sent', `${number} is not sent: ${refused.reason}${repair}`)
  }
  await sendRecords(log, plan.topology, sending)
  return { number: letter.number, record: coordinatesOf(letter.letter) }
}

/** @throws Problem `letter-unknown`. */
async function letterOf({ log, layout }: Api, number: string): Promise<StoredLetter> {
  const found = await letterAt(log, layout.plan.topology, number)
  if (found !== undefined) return found
  const detail = 'no dead letter has that number, or none by now; the list shows those there are'
  throw new Problem('letter-unknown', detail)
}

function isSent({ letter }: StoredLetter, sent: ReadonlyMap<Coordinates, string>): boolean {
  return sent.has(coordinatesOf(letter) ?? '')
}

/** By partition, with commas. @throws Problem `cursor-malformed`. */
function offsetsIn(cursor: string): readonly number[] {
  if (/^\d{1,15}(,\d{1,15})*$/.test(cursor)) return cursor.split(',').map(Number)
  throw new Problem('cursor-malformed', 'pass on the `older` of the page before, unchanged')
}

const LIST_QUERY = {
  type: 'object',
  properties: {
    step: { type: 'string', description: 'Only of this step, sink or input topic.' },
    cursor: { type: 'string', description: '`older` of the page before.' },
    limit: { type: 'integer', minimum: 1, maximum: MOST_LETTERS, default: USUAL_LETTERS },
  },
  additionalProperties: false,
}
const NUMBER_PARAMS = {
  type: 'object',
  properties: { number: { type: 'string', description: 'Of the letter: 0:17.' } },
  required: ['number'],
}
const SEND_BODY = {
  type: ['object', 'null'],
  properties: { again: { type: 'boolean', description: 'Also what was sent before.' } },
  additionalProperties: false,
}
const TEXT = { type: ['string', 'null'] }
const INTEGER = { type: ['integer', 'null'] }
const ABOUT = {
  number: { type: 'string' },
  step: { type: 'string' },
  fate: { type: 'string' },
  reason: { type: 'string' },
  stream: { type: 'string' },
  key: TEXT,
  time: INTEGER,
  available: INTEGER,
  place: { type: 'string' },
  topic: TEXT,
  partition: INTEGER,
  offset: INTEGER,
  sent: { type: 'boolean', description: 'Whether its input record was sent again.' },
}
const WHOLE = { ...ABOUT, value: {}, original: TEXT }
const LIST = {
  type: 'object',
  properties: {
    topology: { type: 'string' },
    letters: { type: 'array', items: { type: 'object', properties: ABOUT } },
    older: {
      ...TEXT,
      description: 'The cursor of the page before; null: there is none. A page may be short.',
    },
  },
}
const SENT = {
  type: 'object',
  properties: {
    number: { type: 'string' },
    record: { type: 'string', description: 'topic/partition@offset of what was sent again.' },
  },
}
