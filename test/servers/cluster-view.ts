// What a node of a Kafka cluster says of it: which brokers there are, and who leads and holds each
// partition. Asked apart from the driver, which is what is tested.
import { ask } from '../../docker/native/socket.ts'

export interface ClusterView {
  /** Those that the controller has let in. */
  readonly brokers: readonly number[]
  /** Of all topics, Kafka's own too. */
  readonly partitions: readonly PartitionView[]
}

export interface PartitionView {
  readonly topic: string
  readonly partition: number
  /** -1: nobody. */
  readonly leader: number
  readonly replicas: readonly number[]
  /** Replicas in sync. */
  readonly inSync: readonly number[]
}

/** Undefined: nobody listens there, or does not answer. */
export async function viewFrom(port: number): Promise<ClusterView | undefined> {
  const answer = await ask(port, metadataRequest(), isWhole)
  return answer === undefined || !isWhole(answer) ? undefined : decode(answer)
}

const isWhole = (answer: Buffer): boolean =>
  answer.length >= 4 && answer.length >= 4 + answer.readInt32BE()

/** Metadata, version 1, of all topics. */
function metadataRequest(): Buffer {
  const request = Buffer.alloc(18)
  request.writeInt32BE(14, 0) // what follows
  request.writeInt16BE(3, 4)
  request.writeInt16BE(1, 6)
  request.writeInt32BE(7, 8) // correlation
  request.writeInt16BE(-1, 12) // no client id
  request.writeInt32BE(-1, 14) // all topics
  return request
}

function decode(answer: Buffer): ClusterView {
  let at = 8
  const int16 = () => answer.readInt16BE((at += 2) - 2)
  const int32 = () => answer.readInt32BE((at += 4) - 4)
  const text = () => {
    const length = Math.max(0, int16())
    return answer.toString('utf8', at, (at += length))
  }
  const list = <T>(read: () => T): readonly T[] => Array.from({ length: int32() }, read)
  const brokers = list(() => {
    const node = int32()
    text() // host
    int32() // port
    text() // rack
    return node
  })
  int32() // who takes requests for the controller
  const topics = list(() => {
    int16() // error
    const topic = text()
    at += 1 // whether it is Kafka's own
    return list((): PartitionView => {
      int16() // error
      const [partition, leader] = [int32(), int32()]
      return { topic, partition, leader, replicas: list(int32), inSync: list(int32) }
    })
  })
  return { brokers, partitions: topics.flat() }
}
