// How a Kafka cluster is reached, as the user says it.

/** Plain data: it travels to worker threads. */
export interface KafkaConnection {
  /** `HOST:PORT` of some brokers: those that answer name the others. */
  readonly brokers: readonly string[]
  /** `millrace` unless said otherwise. */
  readonly clientId?: string
  /** PEM texts; true: as Node does it. */
  readonly tls?: TlsSettings | true
  readonly sasl?: SaslSettings
  /** 30 s unless said otherwise. */
  readonly requestTimeoutMs?: number
  /** 5 s unless said otherwise. */
  readonly connectionTimeoutMs?: number
}

export interface TlsSettings {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

export interface SaslSettings {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}
