import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { servers } from './native/index.ts'
import { postgres } from './native/postgres.ts'
import type { Server } from './native/server.ts'

interface Service {
  readonly image: string
  readonly ports: readonly string[]
  readonly volumes?: readonly string[]
  readonly environment?: Readonly<Record<string, unknown>>
  readonly healthcheck?: { readonly test?: unknown }
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
const compose = parse(read('compose.yaml')) as Compose

/** `1.2.3` of the name, or of the server's artefacts. */
function artefactVersion({ name }: Server): string | undefined {
  if (!['kafka', 'registry', 'questdb'].includes(name)) return undefined
  return /<server.version>(.*)<\/server.version>/.exec(read(`native/${name}.pom.xml`))?.[1]
}

test('names the servers of docker/native, and no others', () => {
  expect(Object.keys(compose.services).sort()).toEqual(servers.map(({ name }) => name).sort())
})

test('has each volume that a service names, and no others', () => {
  const named = Object.values(compose.services).flatMap(({ volumes = [] }) =>
    volumes.map((volume) => volume.split(':')[0]),
  )
  expect(Object.keys(compose.volumes).sort()).toEqual(named.sort())
})

describe.each(servers.map((server) => [server.name, server] as const))('%s', (name, server) => {
  const service = compose.services[name]

  test('has an image of one version, that of docker/native', () => {
    const [, tag] = /:([^:/]+)$/.exec(service?.image ?? '') ?? []
    expect(tag).toMatch(/^\d+\.\d+/)
    const version = artefactVersion(server)
    if (version !== undefined) expect(tag).toBe(version)
  })

  test('is published on 127.0.0.1 only, at the ports of docker/native', () => {
    const hidden = ['kafka-controller']
    const usual = server.ports
      .filter((port) => !port.secureOnly && !hidden.includes(port.name))
      .map((port) => `127.0.0.1:${port.usual}`)
    const published = service?.ports.map((port) => port.replace(/:\d+$/, ''))
    expect(published).toEqual(usual)
  })

  test('is asked whether it is well', () => {
    expect(service?.healthcheck?.test).toBeTruthy()
  })
})

test('has the user, password and database of docker/native for PostgreSQL', () => {
  const ports = new Map([['postgres', 5432]])
  const environment = compose.services.postgres?.environment ?? {}
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = environment
  const login = [POSTGRES_USER, POSTGRES_PASSWORD].join(':')
  expect(postgres.addresses({ ports, folder: '', secure: false })).toEqual([
    `postgresql://${login}@127.0.0.1:5432/${String(POSTGRES_DB)}`,
  ])
})
