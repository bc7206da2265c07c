// The brokers of one Cluster and the connections to them: made when first needed, once for all who
// ask at the same time, and anew when they broke. Their addresses come from metadata, at first from
// what the user gave.
import { installKafkajs, assertHardened, type ConnectionPool } from './hardening/install.ts'
import type { Broker } from './broker.ts'
import { later } from './clock.ts'
import type { Exchange } from './exchanges/exchange.ts'
import type { BrokerAddress } from './exchanges/metadata.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { faultOf, KafkaFault, ownFault } from './kafka-fault.ts'

interface Place {
  readonly pool: ConnectionPool
  readonly broker: Broker
  connecting: Promise<void> | undefined
}

const REQUEST_TIMEOUT_MS = 30_000
const CONNECTION_TIMEOUT_MS = 5_000
const UNSUPPORTED_VERSION = 35

/** Asks one broker, the same that `exchange` sends to. */
type Question<T> = (
  broker: Broker,
  exchange: <R>(exchange: Exchange<R>) => Promise<R>,
) => Promise<T>

/** Of each address there is one place, whether the user or the cluster named it. */
export class Brokers {
  readonly #seeds: readonly string[]
  readonly #makePlace: (address: string) => Place
  readonly #silenceMs: number
  readonly #places = new Map<string, Place>()
  #nodes = new Map<number, string>()
  #isClosed = false

  constructor(connection: KafkaConnection, purpose: string) {
    this.#seeds = connection.brokers
    this.#makePlace = placeMaker(connection, purpose)
    this.#silenceMs = connection.connectionTimeoutMs ?? CONNECTION_TIMEOUT_MS
  }

  async send<T>(node: number, exchange: Exchange<T>): Promise<T> {
    return send(await this.#connectNode(node), exchange)
  }

  async connected(node: number): Promise<Broker> {
    return (await this.#connectNode(node)).broker
  }

  /**
   * Asks whichever broker answers, connected ones first; all failed: the last one's fault. Any
   * broker answers these questions at once, so one that is silent is passed over soon.
   */
  async ask<T>(question: Question<T>): Promise<T> {
    let last = ownFault('CONNECTION', 'no address of a Kafka broker is known')
    for (const address of this.#candidates()) {
      try {
        const place = await this.#connect(address)
        return await this.#answered(address, place, question)
      } catch (error) {
        last = faultOf(error)
        if (last.code !== -1 || last.kafka === 'CLOSED') break
      }
    }
    throw last
  }

  /** The answers of more than half of the brokers that are known; of fewer where no more answer. */
  async askMost<T>(question: Question<T>): Promise<readonly T[]> {
    const asked = [...new Set(this.#nodes.values())].map(async (address) =>
      this.#answered(address, await this.#connect(address), question),
    )
    const answers = await most(asked)
    return answers.length > 0 ? answers : [await this.ask(question)]
  }

  /** Gives the connection up on which no answer comes, so that it is not asked first again. */
  async #answered<T>(address: string, place: Place, question: Question<T>): Promise<T> {
    const silence = new AbortController()
    const cancel = later(this.#silenceMs, () => {
      silence.abort()
      disconnect(place)
    })
    try {
      return await question(place.broker, (exchange) => send(place, exchange))
    } catch (error) {
      if (!silence.signal.aborted) throw error
      throw ownFault('TIMEOUT', `${address} did not answer in ${this.#silenceMs} ms`)
    } finally {
      cancel()
    }
  }

  /** Adds the address of a broker to those that are known. */
  know({ node, host, port }: BrokerAddress): void {
    this.#nodes.set(node, `${host}:${port}`)
  }

  /** These are all the brokers there are. */
  replace(addresses: readonly BrokerAddress[]): void {
    this.#nodes = new Map(addresses.map(({ node, host, port }) => [node, `${host}:${port}`]))
    const named = new Set(this.#nodes.values())
    for (const [address, place] of this.#places) {
      if (named.has(address)) continue
      // It may be back soon, and another may do what it was asked for: no reason to stop.
      disconnect(place)
      this.#places.delete(address)
    }
  }

  /** Rejects all that waits, and connects no more. */
  close(): void {
    this.#isClosed = true
    for (const place of this.#places.values()) close(place)
  }

  #candidates(): readonly string[] {
    const all = [...new Set([...this.#nodes.values(), ...this.#seeds])]
    const isConnected = (address: string): boolean =>
      this.#places.get(address)?.broker.isConnected() ?? false
    return [...all.filter(isConnected), ...all.filter((address) => !isConnected(address))]
  }

  async #connectNode(node: number): Promise<Place> {
    const address = this.#nodes.get(node)
    // One that has just joined is known after a refresh.
    if (address === undefined) throw ownFault('CONNECTION', `broker ${node} is not known`)
    return this.#connect(address)
  }

  async #connect(address: string): Promise<Place> {
    const place = this.#placeOf(address)
    if (place.broker.isConnected()) return place
    // A broker that comes back may be a newer one, so it is asked for its versions again; but not
    // where only the login ended, after which it would answer nothing else.
    if (!place.pool.isConnected()) place.broker.versions = null
    place.connecting ??= place.broker.connect().finally(() => {
      place.connecting = undefined
    })
    try {
      await place.connecting
    } catch (error) {
      throw faultOf(error)
    }
    return place
  }

  #placeOf(address: string): Place {
    if (this.#isClosed) throw ownFault('CLOSED', 'the connections to Kafka were closed')
    const known = this.#places.get(address)
    if (known !== undefined) return known
    const place = this.#makePlace(address)
    this.#places.set(address, place)
    return place
  }
}

/** What the first half and one more of them gave; of all, where too many have failed. */
function most<T>(asked: readonly Promise<T>[]): Promise<readonly T[]> {
  const answers: T[] = []
  let open = asked.length
  return new Promise((resolve) => {
    const settle = (): void => {
      if (open === 0 || answers.length > asked.length / 2) resolve([...answers])
    }
    settle()
    for (const each of asked) {
      const add = (answer: T): void => void answers.push(answer)
      // Whoever fails is one that does not answer.
      void each.then(add, faultOf).finally(() => {
        open -= 1
        settle()
      })
    }
  })
}

function placeMaker(connection: KafkaConnection, purpose: string): (address: string) => Place {
  const { Broker, ConnectionPool, logger } = installKafkajs()
  const { clientId = 'millrace', tls, sasl } = connection
  const connectionTimeout = connection.connectionTimeoutMs ?? CONNECTION_TIMEOUT_MS
  return (address) => {
    const { host, port } = hostAndPort(address)
    const pool = new ConnectionPool({
      ...{ host, port, logger, connectionTimeout, clientId: `${clientId}-${purpose}` },
      ssl: tls === true ? {} : tls,
      // kafkajs keeps its login in the object that it is given.
      sasl: sasl === undefined ? undefined : { ...sasl },
      requestTimeout: connection.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    })
    assertHardened(pool)
    const broker = new Broker({ connectionPool: pool, logger, allowAutoTopicCreation: false })
    return { pool, broker, connecting: undefined }
  }
}

async function send<T>({ pool, broker }: Place, exchange: Exchange<T>): Promise<T> {
  const { name, key, version, timeoutMs } = exchange
  const range = broker.versions?.[key]
  if (range !== undefined && (version < range.minVersion || version > range.maxVersion)) {
    throw new KafkaFault(UNSUPPORTED_VERSION, `${name} version ${version}`)
  }
  const body = await pool.send({
    request: {
      apiKey: key,
      apiVersion: version,
      apiName: name,
      encode: () => ({ buffer: exchange.encode() }),
    },
    response: { decode: (bytes) => ({ bytes }), parse: ({ bytes }) => bytes },
    ...(timeoutMs === undefined ? {} : { requestTimeout: timeoutMs }),
  })
  return exchange.decode(body)
}

/** What waits is told so; who asks again connects again. */
function disconnect({ pool }: Place): void {
  for (const connection of pool.pool) void connection.disconnect()
}

/** For good. */
function close({ pool }: Place): void {
  for (const connection of pool.pool) connection.close()
}

/** IPv6 addresses stand in brackets. */
function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '')
  return { host, port: Number(address.slice(colon + 1)) }
}
