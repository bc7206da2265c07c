// A route of the server: a file with one function that adds it. What it answers is made from the
// committed state and from what the run tells of itself; none asks a task.
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { StoresApi } from '../stores/parts.ts'
import type { StreamsApi } from '../streams/subscribe.ts'

export interface Api extends StoresApi, StreamsApi {
  readonly registry: Registry
}

export type AddRoute = (server: FastifyInstance, api: Api) => void

const PROBLEM = {
  description: 'A problem, RFC 9457',
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
  },
}

/** The answers of a route as the OpenAPI document lists them. */
export function answers(good: object): Record<string, object> {
  return { 200: { description: 'What was asked for', ...good }, '4xx': PROBLEM, '5xx': PROBLEM }
}
