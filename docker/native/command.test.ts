import { describe, expect, test } from 'vitest'
import { parseCommand, usage } from './command.ts'
import { servers } from './index.ts'
import { kafka } from './kafka.ts'
import { redis } from './redis.ts'

const command = (line: string) => parseCommand(line.split(' '))

test('reads the verb, the servers, the folder and what is said of each', () => {
  const read = command(
    'up redis kafka --folder f --kafka-port 29092 --set kafka.log.segment.bytes=10 ' +
      '--set redis.save= --heap kafka=1g --heap kafka=2g --java kafka=-XX:A=b --secure',
  )
  expect(read).toMatchObject({ verb: 'up', servers: [redis, kafka], folder: 'f' })
  expect(read?.options(kafka)).toEqual({
    ports: new Map([['kafka', 29092]]),
    settings: new Map([['log.segment.bytes', '10']]),
    heap: '2g',
    java: ['-XX:A=b'],
    secure: true,
  })
  expect(read?.options(redis)).toEqual({
    ports: new Map(),
    settings: new Map([['save', '']]),
    java: [],
    secure: true,
  })
})

test('takes each server once, and all of them by one word', () => {
  expect(command('down redis redis')?.servers).toEqual([redis])
  expect(command('status all')?.servers).toEqual(servers)
})

describe('a command that cannot be meant', () => {
  test.each([
    ['stop kafka', '"stop" is none of up, down, status'],
    ['up', 'up which? kafka, registry, questdb, postgres, redis, prometheus, or all'],
    ['up zookeeper', 'there is no server "zookeeper", but kafka, registry'],
    ['up kafka --kafka-port 0', '--kafka-port 0 is no port: a number from 1 to 65535'],
    ['up kafka --kafka-port 65536', '--kafka-port 65536 is no port'],
    ['up kafka --kafka-port x', '--kafka-port x is no port'],
    ['up kafka --rabbit-port 1', "Unknown option '--rabbit-port'"],
  ])('"%s" is answered with what there is', (line, message) => {
    expect(() => command(line)).toThrow(message)
    expect(() => command(line)).toThrow('(--help shows all)')
  })

  test.each([
    ['up kafka --set kafka', '--set kafka has no "."'],
    ['up kafka --set kafka.a', '--set kafka.a has no "="'],
    ['up kafka --heap 1g', '--heap 1g has no "="'],
    ['up kafka --set rabbit.a=b', 'there is no server "rabbit"'],
  ])('"%s" is refused', (line, message) => {
    expect(() => command(line)?.options(kafka)).toThrow(message)
  })
})

test('shows every server and every port', () => {
  expect(command('--help')).toBeUndefined()
  for (const { name, ports } of servers) {
    expect(usage()).toContain(`  ${name} `)
    for (const port of ports) {
      expect(usage()).toMatch(new RegExp(`--${port.name}-port N +${port.usual}\n?`))
    }
  }
})
