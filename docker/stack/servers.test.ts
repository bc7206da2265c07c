import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { SECRETS } from './command.ts'
import { stackServers } from './servers.ts'

interface Environment {
  readonly log: string
  readonly registry: string
  readonly connections: Readonly<
    Record<string, { readonly url: string; readonly password?: unknown }>
  >
}

const file = join(import.meta.dirname, '..', '..', 'apps', 'crypto', 'stack.yaml')
const environment = parse(readFileSync(file, 'utf8')) as Environment

test('starts each server where the environment of the desk looks for it', () => {
  const { log, registry, connections } = environment
  const urls = [registry, ...Object.values(connections).map(({ url }) => url)]
  const looked = [log.replace(/^kafka:/, 'kafka://'), ...urls].map((url) => new URL(url).host)
  const ports = [...stackServers.values()].flatMap((named) => [...named.values()])
  expect(looked.sort()).toEqual(ports.map((port) => `127.0.0.1:${port}`).sort())
})

test('gives the desk each secret that its environment names', () => {
  const named = Object.values(environment.connections).flatMap(({ password }) => password ?? [])
  expect(named).toEqual(Object.keys(SECRETS).map((secret) => ({ secret })))
})
