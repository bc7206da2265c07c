// The producer's requests as a broker reads them and the answers as it writes them, by Kafka's
// protocol guide rather than by our encoders: what we encode must be readable by it.
import { writeByTopic } from '../exchanges/by-topic.ts'
import { WireReader } from '../exchanges/wire-reader.ts'
import { WireWriter } from '../exchanges/wire-writer.ts'

export interface Holder {
  readonly producerId: number
  readonly epoch: number
}

export interface Place {
  readonly topic: string
  readonly partition: number
}

/** One record batch. */
export interface SentBatch extends Holder, Place {
  readonly firstSequence: number
  readonly rows: number
}

export interface BatchAnswer extends Place {
  readonly code: number
  readonly offset: number
}

export function readInit(bytes: Buffer): Holder {
  // Tags of the header, the name's length raised by one, the name, the timeout.
  const at = 2 + bytes.readUInt8(1) - 1 + 4
  return { producerId: Number(bytes.readBigInt64BE(at)), epoch: bytes.readInt16BE(at + 8) }
}

export function initAnswer(code: number, { producerId, epoch }: Holder): Buffer {
  const out = new WireWriter().int8(0).int32(0).int16(code)
  return out.int64(producerId).int16(epoch).int8(0).take()
}

export function readAdd(bytes: Buffer): { holder: Holder; places: readonly Place[] } {
  const from = new WireReader(bytes, 'AddPartitionsToTxn')
  from.string()
  const holder = { producerId: from.int64(), epoch: from.int16() }
  const places = from.array(() => {
    const topic = from.string() ?? ''
    return from.array(() => ({ topic, partition: from.int32() }))
  })
  return { holder, places: places.flat() }
}

export function addAnswer(places: readonly Place[], code: number): Buffer {
  const out = new WireWriter().int32(0)
  return writeByTopic(out, places, ({ partition }) => out.int32(partition).int16(code)).take()
}

export function readEnd(bytes: Buffer): { holder: Holder; isCommit: boolean } {
  const from = new WireReader(bytes, 'EndTxn')
  from.string()
  const holder = { producerId: from.int64(), epoch: from.int16() }
  return { holder, isCommit: bytes.at(-1) === 1 }
}

export function endAnswer(code: number): Buffer {
  return new WireWriter().int32(0).int16(code).take()
}

export function readProduce(bytes: Buffer): readonly SentBatch[] {
  const from = new WireReader(bytes, 'Produce')
  from.string()
  from.int16() // acks
  from.int32() // timeout
  const batches = from.array(() => {
    const topic = from.string() ?? ''
    return from.array(() => ({ topic, partition: from.int32(), ...readBatch(from.bytes()) }))
  })
  return batches.flat()
}

/** Where these stand in a record batch of version 2. */
function readBatch(records: Buffer) {
  return {
    producerId: Number(records.readBigInt64BE(43)),
    epoch: records.readInt16BE(51),
    firstSequence: records.readInt32BE(53),
    rows: records.readInt32BE(57),
  }
}

export function produceAnswer(batches: readonly BatchAnswer[]): Buffer {
  const out = new WireWriter()
  writeByTopic(out, batches, ({ partition, code, offset }) => {
    out.int32(partition).int16(code).int64(offset).int64(-1).int64(0)
    out.array([], () => undefined).string(undefined)
  })
  return out.int32(0).take()
}
