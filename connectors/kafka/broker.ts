// kafkajs's broker as far as we call it. Its requests are encoded and checked by kafkajs: error
// codes come as its errors, which `faultOf` reads. Numbers of 64 bits are decimal text in it.

export interface Broker {
  /** By the key of each request, what versions of it the broker takes; null before it connected. */
  versions: Readonly<Record<number, VersionRange>> | null
  readonly isConnected: () => boolean
  readonly connect: () => Promise<void>
  /** 0: of a group, 1: of a transactional id. */
  readonly findGroupCoordinator: (about: {
    readonly groupId: string
    readonly coordinatorType: number
  }) => Promise<{
    readonly coordinator: { readonly nodeId: number; readonly host: string; readonly port: number }
  }>
  readonly initProducerId: (about: {
    readonly transactionalId: string
    readonly transactionTimeout: number
  }) => Promise<{ readonly producerId: string; readonly producerEpoch: number }>
  readonly addPartitionsToTxn: (
    about: ProducerPlace & {
      readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
    },
  ) => Promise<unknown>
  readonly endTxn: (
    about: ProducerPlace & { readonly transactionResult: boolean },
  ) => Promise<unknown>
  readonly deleteTopics: (about: {
    readonly topics: readonly string[]
    readonly timeout: number
  }) => Promise<unknown>
  readonly describeConfigs: (about: {
    readonly resources: readonly ConfigResource[]
  }) => Promise<{ readonly resources: readonly DescribedResource[] }>
}

export interface VersionRange {
  readonly minVersion: number
  readonly maxVersion: number
}

interface ProducerPlace {
  readonly transactionalId: string
  readonly producerId: string
  readonly producerEpoch: number
}

interface ConfigResource {
  /** 2: a topic, 4: a broker. */
  readonly type: number
  readonly name: string
  readonly configNames: readonly string[]
}

interface DescribedResource {
  readonly resourceName: string
  readonly configEntries: readonly {
    readonly configName: string
    readonly configValue: string | null
    readonly isDefault: boolean
  }[]
}
