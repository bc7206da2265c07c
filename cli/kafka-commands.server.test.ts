import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { BatchBuilder } from '../connectors/batch-builder.ts'
import { openKafkaLog } from '../connectors/kafka/kafka-log.ts'
import { RECORD } from '../connectors/record-batch.ts'
import { kafka } from '../docker/native/kafka.ts'
import { registry } from '../docker/native/registry.ts'
import { portOf } from '../docker/native/server.ts'
import { createCodec } from '../schemas/codec.ts'
import { describeWith, sharedKafka, sharedRegistry } from '../test/servers/shared-servers.ts'
import { startKafka } from '../test/servers/start-server.ts'
import { jsonLines, millrace, type Outcome } from './log-commands.test-data.ts'

const SYMBOLS = ['A', 'B', 'C', 'D', 'E']
const QUOTES = 400

function topologyOf(name: string): string {
  return `topology: ${name}
topics:
  quotes:
    { topic: ${name}.quotes, schema: market/Quote, key: symbol, time: time, partitions: 2 }
  control:
    { topic: ${name}.control, schema: trading/Control, key: account, time: time, table: latest }
  out: { topic: ${name}.out, schema: market/Quote, key: symbol, partitions: 2 }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  sound:
    from: quotes
    validate:
      rules:
        not_crossed: ask >= bid
    to: out
`
}

/** One quote a second; every 50th is crossed. */
function csv(): string {
  const lines = Array.from({ length: QUOTES }, (_, second) => {
    const bid = 100 + (second % 7)
    const ask = second % 50 === 49 ? bid - 1 : bid + 1
    return `${1_704_067_200 + second},${SYMBOLS[second % SYMBOLS.length] ?? ''},${bid},${ask}`
  })
  return `time,symbol,bid,ask\n${lines.join('\n')}\n`
}

/** Files, and commands whose topology lies on the shared servers. */
async function place(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = (own: string, text: string): string => {
    writeFileSync(join(folder, own), text)
    return join(folder, own)
  }
  const topology = file('topology.yaml', topologyOf(name))
  const quotes = file('quotes.csv', csv())
  const log = `kafka:${await sharedKafka()}`
  const on = ['--log', log, '--registry', await sharedRegistry()]
  const feed = ['feed', quotes, ...on, '--topic', 'quotes', '--from-topology', topology]
  return { folder, file, topology, quotes, log, on, feed }
}

async function done(args: readonly string[]): Promise<Outcome> {
  const outcome = await millrace(args)
  expect({ args, ...outcome }).toMatchObject({ code: 0 })
  return outcome
}

function digestsIn(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'digest.json'), 'utf8'))
}

describeWith([kafka, registry], 'the commands of a log, on a real broker', () => {
  test('feed, run, tap, replay, explain and rewind', async () => {
    const { folder, topology, quotes, log, on, feed } = await place('commands')
    await done(feed)
    const run = ['run', topology, ...on, '--until-idle', '--json', '--workers', '2']
    const first = JSON.parse((await done(run)).out) as Record<string, unknown>
    expect(first).toMatchObject({ order: 'canonical', records: QUOTES, deadLetters: 8 })

    const tapped = jsonLines(
      (await done(['tap', 'commands.out', ...on, '--until-idle', '--json'])).out,
    )
    expect(tapped).toHaveLength(QUOTES - 8)
    const [fromFile, fromLog] = [join(folder, 'file'), join(folder, 'from-log')]
    await done(['replay', topology, '--input', `quotes=${quotes}`, '--out', fromFile])
    const input = ['--input', `quotes=${log}`, ...on.slice(2)]
    await done(['replay', topology, ...input, '--out', fromLog])
    expect(digestsIn(fromLog)).toEqual(digestsIn(fromFile))

    const against = await done(['explain', topology, '--against', log, '--json'])
    expect(JSON.parse(against.out)).toMatchObject({ against: { committed: 2, incompatible: [] } })
    const clear = ['--clear-outputs', '--clear-dead-letters']
    expect((await millrace(['rewind', topology, ...on])).err).toContain('add --clear-outputs')
    await done(['rewind', topology, ...on, ...clear])
    const again = JSON.parse((await done(run)).out) as Record<string, unknown>
    expect(again['topics']).toEqual(first['topics'])
  })

  test('dead letters and commands', async () => {
    const { topology, on, feed } = await place('letters')
    await done(feed)
    const run = ['run', topology, ...on, '--until-idle', '--json']
    await done(run)
    const listed = await done(['dead-letters', 'list', topology, ...on])
    expect(listed.out).toContain('8 dead letters')
    const number = /^(\d:\d+)/m.exec(listed.out)?.[1] ?? ''
    await done(['dead-letters', 'show', topology, number, ...on])
    await done(['dead-letters', 'send', topology, number, ...on])
    expect(JSON.parse((await done(run)).out)).toMatchObject({ deadLetters: 9 })
    for (const word of ['halt', 'resume', 'flatten', 'reset']) {
      await done([word, topology, ...on, '--account', 'a1'])
    }
    const tap = ['tap', 'letters.control', ...on, '--until-idle', '--json']
    const commands = jsonLines((await done(tap)).out).map(({ value }) => value as object)
    expect(commands.map((each) => 'command' in each && each.command)).toEqual([
      ...['halt', 'resume', 'flatten', 'reset'],
    ])
  })

  test('take a foreign number that is none for a bad record', async () => {
    const { topology, on, feed } = await place('foreign')
    await done(feed)
    await appendForeign('foreign.quotes')
    const { out } = await done(['run', topology, ...on, '--until-idle', '--json'])
    expect(JSON.parse(out)).toMatchObject({ inputs: { quotes: { records: QUOTES + 2, bad: 1 } } })
    const listed = await done(['dead-letters', 'list', topology, ...on])
    expect(listed.out).toContain('1 bad at "quotes": field "bid" is not a finite number')
  })

  test('tell a fault of the world from a mistake', async () => {
    const { topology, log, on, feed } = await place('faults')
    await done(feed)
    const fault = async (...args: readonly string[]) => {
      const { code, err } = await millrace(args)
      return `${code} ${err.trim().split('\n').at(-1) ?? ''}`
    }
    const run = ['run', topology, '--until-idle']
    expect(await fault(...run, '--log', log)).toMatch(/^1 error: .*no registry is named; add --reg/)
    expect(await fault(...run, '--log', 'kafka:127.0.0.1:1', ...on.slice(2))).toMatch(
      /^2 error\[log-unavailable\]: opening kafka:127.0.0.1:1 failed: .*ECONNREFUSED/,
    )
    expect(await fault('tap', 'faults.quote', ...on)).toMatch(/^1 .*did you mean "faults.quotes"/)
  })
})

/** As another program would: without what our writers put beside a value. */
async function appendForeign(topic: string): Promise<void> {
  const [brokers, url] = [[await sharedKafka()], await sharedRegistry()]
  const log = await openKafkaLog({ connection: { brokers }, registry: { url } })
  try {
    const schema = (await log.topics()).get(topic)?.about?.schema
    const rest = { symbol: 'A', ask: 2, bid_size: null, ask_size: null, received: null }
    const batch = new BatchBuilder({})
    for (const bid of [NaN, 1]) {
      const value = createCodec(schema).encode({ ...rest, bid, time: 1_704_070_000_000_000 })
      batch.add(RECORD, 'A', value, NaN, NaN)
    }
    const producer = await log.producer('a foreigner')
    await producer.transact({ appends: [{ topic, partition: 0, batch: batch.take() }], puts: [] })
    await producer.close()
  } finally {
    await log.close()
  }
}

describeWith([kafka], 'a broker that wants a login', () => {
  test('gets it from variables and files, and no message holds it', async () => {
    const { folder, ports } = await startKafka({ secure: true })
    const secret = mkdtempSync(join(tmpdir(), 'millrace-secret-'))
    onTestFinished(() => {
      vi.unstubAllEnvs()
      rmSync(secret, { recursive: true, force: true })
    })
    writeFileSync(join(secret, 'password'), 'millrace-secret\n')
    const environment = (mechanism: string): string => {
      const path = join(secret, `${mechanism}.yaml`)
      const sasl = `{ mechanism: ${mechanism}, username: millrace, password: { secret: BROKER } }`
      const tls = `{ ca: ${join(folder, 'certificates', 'ca.pem')} }`
      const log = `kafka:127.0.0.1:${portOf({ ports }, 'kafka-sasl-ssl')}`
      writeFileSync(path, `log: ${log}\nkafka:\n  tls: ${tls}\n  sasl: ${sasl}\n`)
      return path
    }
    const tap = (mechanism: string) =>
      millrace(['tap', 'none', '--until-idle', '--env', environment(mechanism)])
    expect((await tap('plain')).err).toContain('the secret "BROKER" is not set')
    vi.stubEnv('BROKER_FILE', join(secret, 'password'))
    expect((await tap('scram-sha-256')).err).toContain('has no topic "none"')
    vi.stubEnv('BROKER', 'millrace-secret')
    expect((await tap('scram-sha-512')).err).toContain('has no topic "none"')
    vi.stubEnv('BROKER', 'another-secret')
    for (const mechanism of ['plain', 'scram-sha-512']) {
      const { code, err } = await tap(mechanism)
      expect(code).toBe(2)
      expect(err).toMatch(/^error\[not-allowed\]: .*check the user name and the password/)
      expect(err).not.toContain('-secret')
    }
  })
})
