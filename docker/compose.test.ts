import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { servers } from './native/index.ts'
import { postgres } from './native/postgres.ts'
import type { Server } from './native/server.ts'

interface Service {
  readonly image: string
  readonly ports?: readonly string[]
  readonly network_mode?: string
  readonly command?: string | readonly string[]
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

test('names the servers of docker/native, and Grafana', () => {
  const names = [...servers.map(({ name }) => name), 'grafana']
  expect(Object.keys(compose.services).sort()).toEqual(names.sort())
})

test('has each volume that a service names, and no others', () => {
  const named = Object.values(compose.services).flatMap(({ volumes = [] }) =>
    volumes.map((volume) => volume.split(':')[0]).filter((volume) => !volume?.startsWith('.')),
  )
  expect(Object.keys(compose.volumes).sort()).toEqual(named.sort())
})

describe.each(servers.map((server) => [server.name, server] as const))('%s', (name, server) => {
  const service = compose.services[name]

  test('has an image of one version, that of docker/native', () => {
    const [, tag] = /:([^:/]+)$/.exec(service?.image ?? '') ?? []
    expect(tag).toMatch(/^v?\d+\.\d+/)
    const version = artefactVersion(server)
    if (version !== undefined) expect(tag).toBe(version)
  })

  test('is published on 127.0.0.1 only, at the ports of docker/native', () => {
    const hidden = ['kafka-controller']
    const usual = server.ports
      .filter((port) => !port.secureOnly && !hidden.includes(port.name))
      .map((port) => `127.0.0.1:${port.usual}`)
    const published = service?.ports?.map((port) => port.replace(/:\d+$/, ''))
    const words = [service?.command ?? []].flat()
    const listens = words.flatMap((word) => {
      return /^--web.listen-address=(.*)$/.exec(word)?.slice(1) ?? []
    })
    expect(service?.network_mode === 'host' ? listens : published).toEqual(usual)
  })

  test('is asked whether it is well', () => {
    expect(service?.healthcheck?.test).toBeTruthy()
  })
})

describe('grafana', () => {
  const { environment = {}, volumes = [], network_mode } = compose.services.grafana ?? {}

  test('listens on 127.0.0.1 only', () => {
    expect(network_mode).toBe('host')
    expect(environment.GF_SERVER_HTTP_ADDR).toBe('127.0.0.1')
  })

  test('has each variable that its data sources name', () => {
    const text = read('grafana/provisioning/datasources/millrace.yaml')
    const named = [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(0)
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(named))
  })

  test('asks QuestDB as the user who can only read', () => {
    expect(environment.MILLRACE_QUESTDB_USER).toBe('${MILLRACE_QUESTDB_USER:-user}')
    expect(compose.services.questdb?.environment?.QDB_PG_READONLY_USER_ENABLED).toBe('true')
  })

  test('mounts folders that are there, where the provisioning looks for them', () => {
    const mounts = volumes.filter((volume) => volume.startsWith('./'))
    for (const mount of mounts) {
      const [folder = ''] = mount.split(':')
      expect(existsSync(join(import.meta.dirname, folder)), folder).toBe(true)
    }
    const { providers } = parse(read('grafana/provisioning/dashboards/millrace.yaml')) as {
      providers: readonly { readonly options: { readonly path: string } }[]
    }
    expect(volumes).toContain(`./grafana/json:${providers[0]?.options.path ?? ''}:ro`)
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
