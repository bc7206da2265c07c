// The broker's settings: small and quick, so that what a test waits for (an expired transaction, a
// lost member, a retention that passed) comes within seconds. The caller's settings stand last.
import { join } from 'node:path'
import { type Place, portOf } from './server.ts'

/** Who may enter by SASL. The broker is of this machine alone and holds nothing secret. */
export const KAFKA_USER = 'millrace'
export const KAFKA_PASSWORD = 'millrace-secret'

/** The text of `server.properties`. */
export function kafkaProperties(place: Place): string {
  const settings = new Map([...base(place), ...(place.secure ? secure(place) : [])])
  for (const [name, value] of place.settings) settings.set(name, value)
  return [...settings].map(([name, value]) => `${name}=${value}\n`).join('')
}

function base(place: Place): Map<string, string> {
  const controller = portOf(place, 'kafka-controller')
  const plain = `PLAINTEXT://127.0.0.1:${portOf(place, 'kafka')}`
  return new Map(
    Object.entries({
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      'controller.listener.names': 'CONTROLLER',
      'inter.broker.listener.name': 'PLAINTEXT',
      listeners: `${plain},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': plain,
      'log.dirs': join(place.folder, 'data'),
      'auto.create.topics.enable': 'false',
      // One node, few partitions.
      'offsets.topic.replication.factor': '1',
      'offsets.topic.num.partitions': '4',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
      'transaction.state.log.num.partitions': '4',
      'share.coordinator.state.topic.replication.factor': '1',
      'share.coordinator.state.topic.min.isr': '1',
      // What is waited for comes soon.
      'group.initial.rebalance.delay.ms': '0',
      'group.min.session.timeout.ms': '1000',
      'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
      // After a kill the broker is let in again only when its old session has ended.
      'broker.session.timeout.ms': '3000',
      'broker.heartbeat.interval.ms': '500',
      'log.retention.check.interval.ms': '1000',
      'log.segment.delete.delay.ms': '1000',
      'log.cleaner.backoff.ms': '500',
      // Memory, most of which would be set aside at the start.
      'log.cleaner.threads': '1',
      'log.cleaner.dedupe.buffer.size': '16777216',
    }),
  )
}

/** On top: passwords with and without TLS, and TLS alone. */
function secure(place: Place): Map<string, string> {
  const plain = base(place)
  const extra = (['sasl', 'ssl', 'sasl-ssl'] as const).map((name) => {
    const protocol = { sasl: 'SASL_PLAINTEXT', ssl: 'SSL', 'sasl-ssl': 'SASL_SSL' }[name]
    return `${protocol}://127.0.0.1:${portOf(place, `kafka-${name}`)}`
  })
  const certificates = join(place.folder, 'certificates')
  const security = 'org.apache.kafka.common.security'
  const settings = new Map(
    Object.entries({
      listeners: [plain.get('listeners'), ...extra].join(','),
      'advertised.listeners': [plain.get('advertised.listeners'), ...extra].join(','),
      'listener.security.protocol.map': ['PLAINTEXT', 'SASL_PLAINTEXT', 'SSL', 'SASL_SSL']
        .map((protocol) => `${protocol}:${protocol}`)
        .concat('CONTROLLER:PLAINTEXT')
        .join(','),
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': join(certificates, 'server.pem'),
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': join(certificates, 'ca.pem'),
    }),
  )
  for (const listener of ['sasl_plaintext', 'sasl_ssl']) {
    const name = (mechanism: string) => `listener.name.${listener}.${mechanism}.sasl.jaas.config`
    settings.set(
      name('plain'),
      `${security}.plain.PlainLoginModule required user_${KAFKA_USER}="${KAFKA_PASSWORD}";`,
    )
    for (const mechanism of ['scram-sha-256', 'scram-sha-512']) {
      settings.set(name(mechanism), `${security}.scram.ScramLoginModule required;`)
    }
  }
  return settings
}
