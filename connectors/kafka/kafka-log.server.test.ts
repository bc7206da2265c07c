import { kafka } from '../../docker/native/kafka.ts'
import { registry } from '../../docker/native/registry.ts'
import { describeLog } from '../contract/log-contract.ts'
import { describeWith, sharedKafka, sharedRegistry } from '../../test/servers/shared-servers.ts'
import type { Log } from '../connector.ts'
import { pause } from './clock.ts'
import { openKafkaLog } from './kafka-log.ts'

describeWith([kafka, registry], 'on a real broker', () => {
  describeLog('the Kafka log', async () => {
    const brokers = [await sharedKafka()]
    const url = await sharedRegistry()
    const logs: Log[] = []
    return {
      connect: async () => {
        const log = await openKafkaLog({
          connection: { brokers },
          registry: { url },
          sessionTimeoutMs: 1_500,
        })
        logs.push(log)
        return log
      },
      pause: () => pause(10),
      close: async () => {
        await Promise.all(logs.map((log) => log.close()))
      },
    }
  })
})
