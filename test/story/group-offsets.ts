// How far a group has read as the broker tells Kafka's tools: OffsetFetch, version 2, all topics
// (https://kafka.apache.org/protocol). Asked over a plain socket, so it is what everybody sees.
import { ask } from '../../docker/native/socket.ts'
import { WireReader } from '../../connectors/kafka/exchanges/wire-reader.ts'

const HEAD_BYTES = 14
const ALL_TOPICS = -1

/** By `topic/partition`. */
export async function groupOffsets(
  bootstrap: string,
  group: string,
): Promise<ReadonlyMap<string, number>> {
  const name = Buffer.from(group)
  const request = Buffer.alloc(HEAD_BYTES + 2 + name.length + 4)
  request.writeInt32BE(request.length - 4, 0)
  request.writeInt16BE(9, 4) // OffsetFetch
  request.writeInt16BE(2, 6) // version
  request.writeInt16BE(-1, 12) // no client id
  request.writeInt16BE(name.length, HEAD_BYTES)
  name.copy(request, HEAD_BYTES + 2)
  request.writeInt32BE(ALL_TOPICS, HEAD_BYTES + 2 + name.length)
  const port = Number(bootstrap.split(':')[1])
  const isWhole = (answer: Buffer) =>
    answer.length >= 4 && answer.length >= 4 + answer.readInt32BE()
  const answer = await ask(port, request, isWhole)
  if (answer === undefined) throw new Error('the broker does not say how far the group has read')
  const from = new WireReader(answer.subarray(8), 'OffsetFetch')
  const offsets = from.array(() => {
    const topic = from.string() ?? ''
    return from.array((): readonly [string, number] => {
      const [partition, offset] = [from.int32(), from.int64()]
      from.string() // what the one who committed said beside it
      const error = from.int16()
      if (error !== 0) throw new Error(`${topic}/${partition}: OffsetFetch gives error ${error}`)
      return [`${topic}/${partition}`, offset]
    })
  })
  const error = from.int16()
  if (error !== 0) throw new Error(`OffsetFetch of group "${group}" gives error ${error}`)
  return new Map(offsets.flat())
}
