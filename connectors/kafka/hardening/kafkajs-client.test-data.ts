// kafkajs's own client, as users have it: it makes topics and transactions for tests on a real
// broker, and shows what its consumer does. Never in one process with the hardened client.
import { createRequire } from 'node:module'

export interface OriginalProducer {
  readonly connect: () => Promise<void>
  readonly disconnect: () => Promise<void>
  readonly transaction: () => Promise<OriginalTransaction>
}

export interface OriginalTransaction {
  readonly send: (records: {
    readonly topic: string
    readonly messages: readonly { readonly key: Buffer; readonly value: string }[]
  }) => Promise<readonly { readonly baseOffset: string }[]>
  readonly commit: () => Promise<void>
  readonly abort: () => Promise<void>
}

export interface OriginalConsumer {
  readonly connect: () => Promise<void>
  readonly disconnect: () => Promise<void>
  readonly subscribe: (to: {
    readonly topics: readonly string[]
    readonly fromBeginning: boolean
  }) => Promise<void>
  readonly run: (options: {
    readonly eachMessage: (each: {
      readonly message: { readonly offset: string; readonly value: Buffer | null }
    }) => Promise<void>
  }) => Promise<void>
  readonly on: (event: 'consumer.group_join', listener: () => void) => void
  readonly seek: (to: {
    readonly topic: string
    readonly partition: number
    readonly offset: string
  }) => void
}

export interface OriginalAdmin {
  readonly connect: () => Promise<void>
  readonly disconnect: () => Promise<void>
  readonly createTopics: (topics: {
    readonly waitForLeaders: boolean
    readonly topics: readonly {
      readonly topic: string
      readonly configEntries?: readonly { readonly name: string; readonly value: string }[]
    }[]
  }) => Promise<boolean>
}

export interface OriginalClient {
  readonly admin: () => OriginalAdmin
  readonly producer: (options: { readonly transactionalId: string }) => OriginalProducer
  readonly consumer: (options: {
    readonly groupId: string
    readonly maxWaitTimeInMs: number
  }) => OriginalConsumer
}

const SILENT = 0

export function originalClient(address: string): OriginalClient {
  const { Kafka } = createRequire(import.meta.url)('kafkajs') as {
    readonly Kafka: new (options: object) => OriginalClient
  }
  // Transactions of several producers follow each other closely, and the broker says so at first.
  const retry = { initialRetryTime: 20, retries: 50, factor: 0, multiplier: 1, maxRetryTime: 200 }
  return new Kafka({ brokers: [address], logLevel: SILENT, clientId: 'original', retry })
}

export async function createTopics(
  client: OriginalClient,
  topics: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<void> {
  const admin = client.admin()
  await admin.connect()
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: Object.entries(topics).map(([topic, settings]) => ({
        topic,
        configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
      })),
    })
  } finally {
    await admin.disconnect()
  }
}
