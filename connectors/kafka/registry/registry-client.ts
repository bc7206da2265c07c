// The calls of Confluent's registry protocol that we need, over the API client of
// @kafkajs/confluent-schema-registry: its paths, parameters and headers. Transport, retries and the
// reading of answers are ours. Its SchemaRegistry class is not used: it drops the logical types of
// what it looks up, sets a subject's level as it registers, and decodes record by record, async.
import { createRequire } from 'node:module'
import type makeApi from '@kafkajs/confluent-schema-registry/dist/api/index.js'
import type { SchemaRegistryAPIClient } from '@kafkajs/confluent-schema-registry/dist/api/index.js'
import { pause, steadyMs } from '../clock.ts'
import { exchange, NoAnswer } from './http-exchange.ts'
import type { ExchangeBounds, HttpAnswer } from './http-exchange.ts'
import {
  isMissing,
  messageOf,
  parse,
  readId,
  readLevel,
  readNumbers,
  readSchema,
  readVerdict,
  readVersion,
} from './registry-answers.ts'
import type { StoredSchema, SubjectVersion, Verdict } from './registry-answers.ts'
import { badAnswer, isPassing, unanswered } from './registry-fault.ts'
import { addressOf } from './registry-options.ts'
import type { RegistryOptions } from './registry-options.ts'

/** CommonJS whose default export is a property, which loaders give in different ways. */
const { default: openApi } = createRequire(import.meta.url)(
  '@kafkajs/confluent-schema-registry/dist/api/index.js',
) as typeof makeApi

/** Undefined stands for what the registry does not have. All throw EngineErrors. */
export interface RegistryClient {
  /** Without name and password. */
  readonly url: string
  readonly find: (id: number) => Promise<StoredSchema | undefined>
  readonly version: (
    subject: string,
    version: number | 'latest',
  ) => Promise<SubjectVersion | undefined>
  readonly versions: (subject: string) => Promise<readonly number[] | undefined>
  /** The id of just this schema under the subject. */
  readonly registered: (subject: string, text: string) => Promise<number | undefined>
  /** The compatibility level that holds for the subject. */
  readonly level: (subject: string) => Promise<string | undefined>
  readonly test: (subject: string, version: number, text: string) => Promise<Verdict | undefined>
  /** Its id, old or new; or, as a text, why the registry does not take it. */
  readonly register: (subject: string, text: string) => Promise<number | string>
}

const CALL_MS = 20_000
const ATTEMPT_MS = 10_000
const PAUSES_MS = [100, 400]
/** Confluent's registry takes schemas of up to 1 MB. */
const MOST_BYTES = 16 * 2 ** 20

/** One of the API client's calls, which our transport answers. */
type Call = () => Promise<unknown>

export function openClient(options: RegistryOptions): RegistryClient {
  const { url, headers } = addressOf(options)
  const callMs = options.timeoutMs ?? CALL_MS
  const timeoutMs = Math.min(ATTEMPT_MS, callMs)
  const bounds = { timeoutMs, maxBytes: MOST_BYTES, tls: options.tls ?? {} }
  const { Schema, Subject } = openPackage(url, headers, bounds)
  const ask = (call: Call) => askAgain(call, url, callMs)
  const inTurn = queue()

  const get = async <T>(call: Call, read: (json: unknown) => T | undefined) => {
    const answer = await ask(call)
    if (isMissing(answer)) return undefined
    const given = answer.status === 200 ? read(parse(answer.text)) : undefined
    if (given === undefined) throw badAnswer(url, answer)
    return given
  }
  const withSchema = (text: string) => ({ body: { schema: text } })
  return {
    url,
    find: (id) => get(() => Schema.find({ id }), readSchema),
    version: (subject, version) => get(() => Subject.version({ subject, version }), readVersion),
    versions: (subject) => {
      const path = `/subjects/${encodeURIComponent(subject)}/versions`
      return get(() => Subject.all({ path }), readNumbers)
    },
    registered: (subject, text) =>
      get(() => Subject.registered({ subject, ...withSchema(text) }), readId),
    level: async (subject) =>
      (await get(() => Subject.config({ subject }), readLevel)) ??
      (await get(() => Subject.config({ path: '/config' }), readLevel)),
    test: (subject, version, text) => {
      const asked = { subject, version, verbose: true, ...withSchema(text) }
      return get(() => Subject.compatible(asked), readVerdict)
    },
    register: async (subject, text) => {
      const answer = await inTurn(() =>
        ask(() => Subject.register({ subject, ...withSchema(text) })),
      )
      const id = answer.status === 200 ? readId(parse(answer.text)) : undefined
      if (id !== undefined) return id
      if (answer.status !== 409 && answer.status !== 422) throw badAnswer(url, answer)
      return messageOf(answer.text)
    },
  }
}

/** One after another: Apicurio fails some of many that register at once, as its tables lock. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    // Whoever failed before has told so himself.
    const own = last.then(work, work)
    last = own
    return own
  }
}

/** Our middleware is the outermost of the package's: it answers, so the package's gateway rests. */
function openPackage(
  url: string,
  own: Readonly<Record<string, string>>,
  bounds: ExchangeBounds,
): SchemaRegistryAPIClient {
  const transport = () => ({
    response: (_next: unknown, _renew: unknown, asked?: unknown) => {
      const request = asked as ApiRequest
      const answer = exchange(
        {
          method: request.method().toUpperCase(),
          url: request.url(),
          headers: { accept: ACCEPT, ...request.headers(), ...own },
          body: request.body(),
        },
        bounds,
      )
      // What it gives goes through the package as it is, to `ask`.
      return answer as Promise<never>
    },
  })
  return openApi({ host: url, clientId: 'millrace', middlewares: [transport] })
}

const ACCEPT = 'application/vnd.schemaregistry.v1+json, application/json'

/** The package's request, as far as we read it. */
interface ApiRequest {
  readonly method: () => string
  readonly url: () => string
  readonly headers: () => Readonly<Record<string, string>>
  readonly body: () => string | undefined
}

/** Asks until there is an answer that a retry would not change. */
async function askAgain(call: Call, url: string, callMs: number): Promise<HttpAnswer> {
  const until = steadyMs() + callMs
  for (let attempt = 0; ; attempt += 1) {
    const answer = await answerOf(call)
    if (!(answer instanceof NoAnswer) && !isPassing(answer.status)) return answer
    const fault = answer instanceof NoAnswer ? unanswered(url, answer) : badAnswer(url, answer)
    const wait = PAUSES_MS[attempt]
    if (!fault.retryable || wait === undefined || steadyMs() + wait >= until) throw fault
    await pause(wait)
  }
}

async function answerOf(call: Call): Promise<HttpAnswer | NoAnswer> {
  try {
    return (await call()) as HttpAnswer
  } catch (error) {
    if (error instanceof NoAnswer) return error
    throw error
  }
}
