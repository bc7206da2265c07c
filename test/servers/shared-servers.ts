// For tests that need a real server (files named `*.server.test.ts`): a `describe` that is skipped
// where it cannot run, and the Kafka and the registry that all of them share. Topics and subjects
// there must have names that no other test uses.
import { existsSync, readFileSync } from 'node:fs'
import { describe, inject, test } from 'vitest'
import { kafka } from '../../docker/native/kafka.ts'
import { registry } from '../../docker/native/registry.ts'
import { status } from '../../docker/native/run.ts'
import type { Server } from '../../docker/native/server.ts'
import { until } from '../../docker/native/until.ts'
import { failureFile } from './shared-setup.ts'

const UP_WITHIN_MS = 120_000

/**
 * `describe`, skipped with the reason in its title where one of the servers cannot run; if they are
 * required it fails instead.
 */
export function describeWith(servers: readonly Server[], title: string, body: () => void): void {
  const { missing, required } = inject('servers')
  const why = servers.flatMap(({ name }) => {
    const reason = missing[name]
    return reason === undefined ? [] : [`${name}: ${reason}`]
  })
  if (why.length === 0) describe(title, body)
  else if (required) describe(title, () => test('can run here', () => refuse(why.join('; '))))
  else describe.skip(`${title} (skipped, ${why.join('; ')})`, body)
}

function refuse(why: string): never {
  throw new Error(why)
}

/** Waits for the shared broker, and gives its address, `127.0.0.1:PORT`. */
export function sharedKafka(): Promise<string> {
  return addressOf(kafka)
}

/** Waits for the shared registry, and gives the address of its Confluent-compatible API. */
export function sharedRegistry(): Promise<string> {
  return addressOf(registry)
}

async function addressOf(server: Server): Promise<string> {
  const { folder } = inject('servers')
  const failure = failureFile(folder, server.name)
  let address: string | undefined
  await until(
    async () => {
      const found = await status(server, folder)
      if (found.state === 'up') address = found.addresses[0]
      return address !== undefined || existsSync(failure)
    },
    { withinMs: UP_WITHIN_MS, everyMs: 200 },
  )
  if (address !== undefined) return address
  throw new Error(
    existsSync(failure) ? readFileSync(failure, 'utf8') : `the shared ${server.name} is not up`,
  )
}
