// A route of the server: a file with one function that adds it. What it answers is made from the
// committed state and from what the run tells of itself; none asks a task.
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { Log } from '../../connectors/connector.ts'
import type { RunRates } from '../../runtime/observe/rates.ts'
import { Problem } from '../problem.ts'
import type { StoresApi } from '../stores/parts.ts'
import type { StreamsApi } from '../streams/subscribe.ts'

export interface Api extends StoresApi, StreamsApi {
  readonly registry: Registry
  /** Read beside the tasks; commands and letters that are sent again are written to it. */
  readonly log: Log
  /** It is a finished replay: nothing is written. */
  readonly isReadOnly: boolean
  /** What was done lately. */
  readonly rates: () => RunRates
  /** Undefined: whoever serves knows no more of the topology than its plan. */
  readonly shown: ShownTopology | undefined
  /** Microseconds since 1970. */
  readonly present: () => number
}

/** A topology as people read it. */
export interface ShownTopology {
  /** What `millrace explain --json` says. */
  readonly explained: object
  /** One `<svg>` element. */
  readonly draw: () => Promise<string>
}

/** @throws Problem `read-only`. */
export function assertWritable({ isReadOnly }: Api): void {
  if (isReadOnly) throw new Problem('read-only', 'this is served of a replay that has ended')
}

export type AddRoute = (server: FastifyInstance, api: Api) => void

const PROBLEM = {
  description: 'A problem, RFC 9457',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          code: { type: 'string' },
        },
      },
    },
  },
}

/** The answers of a route as the OpenAPI document lists them. */
export function answers(good: object): Record<string, object> {
  return { 200: { description: 'What was asked for', ...good }, '4xx': PROBLEM, '5xx': PROBLEM }
}
