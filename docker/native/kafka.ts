// Apache Kafka: one node that is broker and controller (KRaft), from Maven's jars. Restarted in the
// same folder it keeps its data. Settings may make it another node of a cluster (`node.id`).
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeCertificates } from './kafka-certificates.ts'
import { kafkaProperties, KAFKA_PASSWORD, KAFKA_USER } from './kafka-properties.ts'
import { portOf, type Server, ServerProblem } from './server.ts'
import { ask } from './socket.ts'

export const kafka: Server = {
  name: 'kafka',
  summary: 'Apache Kafka, one node',
  ports: [
    { name: 'kafka', usual: 9092 },
    { name: 'kafka-controller', usual: 9093 },
    { name: 'kafka-sasl', usual: 9094, secureOnly: true },
    { name: 'kafka-ssl', usual: 9095, secureOnly: true },
    { name: 'kafka-sasl-ssl', usual: 9096, secureOnly: true },
  ],
  heap: '512m',
  needs: [
    { command: 'java', debian: 'openjdk-17-jre-headless' },
    { command: 'openssl', debian: 'openssl' },
  ],

  async prepare(place) {
    const data = join(place.folder, 'data')
    const properties = join(place.folder, 'server.properties')
    await mkdir(place.folder, { recursive: true })
    if (place.secure) await writeCertificates(join(place.folder, 'certificates'))
    await writeFile(properties, kafkaProperties(place))
    if (!existsSync(join(data, 'meta.properties'))) {
      await copyFormatted(place.artefacts, data)
      const node = place.settings.get('node.id')
      if (node !== undefined) await renumber(data, node)
    }
    return {
      command: 'java',
      args: [
        `-Xmx${place.heap}`,
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        ...place.java,
        ...['-cp', join(place.artefacts, '*'), 'kafka.Kafka', properties],
      ],
    }
  },

  ready: (place) => hasBroker(portOf(place, 'kafka')),

  addresses: (place) => [
    `127.0.0.1:${portOf(place, 'kafka')}`,
    ...(place.secure
      ? [
          `SASL_PLAINTEXT 127.0.0.1:${portOf(place, 'kafka-sasl')}`,
          `SSL 127.0.0.1:${portOf(place, 'kafka-ssl')}`,
          `SASL_SSL 127.0.0.1:${portOf(place, 'kafka-sasl-ssl')}`,
          `user ${KAFKA_USER}, password ${KAFKA_PASSWORD}`,
          `authority ${join(place.folder, 'certificates', 'ca.pem')}`,
        ]
      : []),
  ],
}

/** Storage for a new broker, which `install` has formatted. */
async function copyFormatted(artefacts: string, data: string): Promise<void> {
  const formatted = join(artefacts, 'formatted')
  if (!existsSync(formatted)) {
    const repair = `delete ${artefacts} and run docker/native/install kafka`
    throw new ServerProblem(`the artefacts are of an older install: ${repair}`)
  }
  await rm(data, { recursive: true, force: true })
  await cp(formatted, data, { recursive: true })
}

/** Each node of a cluster, and each of their folders, has an identity of its own. */
async function renumber(data: string, node: string): Promise<void> {
  const file = join(data, 'meta.properties')
  const folderId = Buffer.from(`millrace-node-${node}`.padEnd(UUID_BYTES)).toString('base64url')
  const text = await readFile(file, 'utf8')
  const ofNode = text.replace(/^node\.id=.*$/m, `node.id=${node}`)
  await writeFile(file, ofNode.replace(/^directory\.id=.*$/m, `directory.id=${folderId}`))
}

const UUID_BYTES = 16

/**
 * Asks for metadata (version 1, no topics): an answer that names a broker means that the controller
 * has let the broker in, which comes after it listens.
 */
async function hasBroker(port: number): Promise<boolean> {
  const request = Buffer.alloc(18)
  request.writeInt32BE(14, 0) // what follows
  request.writeInt16BE(3, 4) // Metadata
  request.writeInt16BE(1, 6) // version
  request.writeInt32BE(7, 8) // correlation
  request.writeInt16BE(-1, 12) // no client id
  request.writeInt32BE(0, 14) // no topics
  const isWhole = (answer: Buffer) =>
    answer.length >= 4 && answer.length >= 4 + answer.readInt32BE()
  const answer = await ask(port, request, isWhole)
  return answer !== undefined && answer.length >= 12 && answer.readInt32BE(8) > 0
}
