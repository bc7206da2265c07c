import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { kafka } from './kafka.ts'
import { KAFKA_PASSWORD, KAFKA_USER, kafkaProperties } from './kafka-properties.ts'

function properties(about: { secure?: boolean; settings?: Readonly<Record<string, string>> }) {
  const text = kafkaProperties({
    folder: '/f/kafka',
    ports: new Map(kafka.ports.map(({ name, usual }) => [name, usual])),
    artefacts: '',
    settings: new Map(Object.entries(about.settings ?? {})),
    heap: '',
    java: [],
    secure: about.secure ?? false,
  })
  const pairs = text.trimEnd().split('\n')
  return new Map(pairs.map((line) => [line.slice(0, line.indexOf('=')), line]))
}

test('the settings of the caller stand in place of ours, each name once', () => {
  const settings = { 'log.segment.bytes': '10', 'auto.create.topics.enable': 'true' }
  const found = properties({ settings })
  expect(found.get('log.segment.bytes')).toBe('log.segment.bytes=10')
  expect(found.get('auto.create.topics.enable')).toBe('auto.create.topics.enable=true')
  expect(properties({}).get('auto.create.topics.enable')).toBe('auto.create.topics.enable=false')
})

test('the storage that install makes knows the same user, by each SCRAM', () => {
  const install = readFileSync(join(import.meta.dirname, 'install'), 'utf8')
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
    const user = `${mechanism}=[name=${KAFKA_USER},password=${KAFKA_PASSWORD}]`
    expect(install).toContain(`--add-scram '${user}'`)
  }
})

describe.each([false, true])('with secure %s', (secure) => {
  const found = properties({ secure })

  test('every listener is on 127.0.0.1', () => {
    const all = found.get('listeners')?.replace('listeners=', '').split(',') ?? []
    expect(all.map((listener) => /^[A-Z_]+:\/\/127\.0\.0\.1:\d+$/.test(listener))).toEqual(
      Array.from({ length: secure ? 5 : 2 }, () => true),
    )
  })

  test('clients are told every listener but that of the controller', () => {
    const told = found.get('advertised.listeners')?.replace('advertised.', '')
    expect(found.get('listeners')).toBe(told?.replace(':9092', ':9092,CONTROLLER://127.0.0.1:9093'))
  })

  test('there is a password only where there is a login', () => {
    const withPassword = [...found.values()].filter((line) => line.includes(KAFKA_PASSWORD))
    expect(withPassword.length).toBe(secure ? 2 : 0)
  })
})
