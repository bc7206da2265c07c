// A route of the server: a file with one function that adds it. It answers from what the run tells
// of itself, and asks neither the log nor a task.
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { RunStatus } from '../../runtime/observe/run-status.ts'

export interface Sources {
  readonly registry: Registry
  /** As it is now. */
  readonly status: () => RunStatus
}

export type AddRoute = (server: FastifyInstance, sources: Sources) => void
