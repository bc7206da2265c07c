// What one transaction writes to one partition, cut into record batches as it is sent: one at a
// time, encoded when its turn comes and kept until it is acknowledged, so that it can be sent again
// as it was.
import type { PartitionId } from '../../connector.ts'
import { EngineError } from '../../../topology/engine-error.ts'
import { keyStart, type RecordBatch } from '../../record-batch.ts'
import {
  type Piece,
  sequenceAfter,
  writePieces,
  writeRecordBatch,
  type WriteOptions,
} from '../hardening/record-batch-writer.ts'
import type { BookedTopic } from '../topics/topic-book.ts'
import { canJoin, joinBatches } from './join-batches.ts'

/** What the writer's options take from the producer. */
export type WriterOptions = Pick<
  WriteOptions,
  'producerId' | 'producerEpoch' | 'timestamp' | 'compression'
>

/** One of the transaction's appends; `index` is its place among them. */
interface NumberedBatch {
  readonly index: number
  readonly batch: RecordBatch
}

interface Block {
  readonly batch: RecordBatch
  /** The last row of each append in it. */
  readonly lasts: readonly { readonly index: number; readonly row: number }[]
}

/** About how large a record batch is made; a record that is larger stands alone. */
const PIECE_BYTES = 1 << 20
/** Appends are joined up to this, so that little is copied and held twice. */
const JOINED_BYTES = 1 << 20
/** About how much is encoded at once. */
const ENCODED_BYTES = 4 << 20
/** No record takes more than this beside its key, its value and its place's name. */
const BESIDE_BYTES = 4096

export class PartitionQueue implements PartitionId {
  readonly topic: string
  readonly partition: number
  readonly #booked: BookedTopic
  readonly #prefix: Buffer | undefined
  readonly #blocks: readonly Block[]
  #block = 0
  /** Of the block: the first that is not encoded yet. */
  #row = 0
  #encoded: readonly Piece[] = []
  #sequence = 0

  constructor(booked: BookedTopic, partition: number, appends: readonly NumberedBatch[]) {
    this.topic = booked.name
    this.partition = partition
    this.#booked = booked
    this.#prefix = booked.framing?.prefix
    this.#blocks = joinSmall(appends)
  }

  /** Everything was acknowledged. */
  get isEmpty(): boolean {
    return this.#block === this.#blocks.length
  }

  /** Of the first row that is not acknowledged; behind the last one once all are. */
  get sequence(): number {
    return this.#sequence
  }

  /** Where the partition's sequence stands when the transaction begins. */
  beginAt(sequence: number): void {
    this.#sequence = sequence
  }

  /** @throws EngineError `too-large` for a record that the topic does not take. */
  checkSizes(options: WriterOptions): void {
    const { maxBytes } = this.#booked
    for (const { batch } of this.#blocks) {
      if (batch.bytes.length + BESIDE_BYTES <= maxBytes) continue
      for (let row = 0; row < batch.count; row += 1) {
        const size = (batch.valueEnds[row] ?? 0) - keyStart(batch, row)
        if (size + BESIDE_BYTES <= maxBytes) continue
        const { length } = writeRecordBatch(batch, row, row + 1, this.#writeOptions(options))
        if (length > maxBytes) throw this.#tooLarge(length)
      }
    }
  }

  /** What is to be sent next; the same again until it is acknowledged. */
  next(options: WriterOptions): Piece {
    const block = this.#blocks[this.#block]
    if (block === undefined) throw new Error('nothing is left to be sent')
    const [ready] = this.#encoded
    if (ready !== undefined) return ready
    const { batch } = block
    const most = keyStart(batch, this.#row) + ENCODED_BYTES
    let to = this.#row + 1
    if ((batch.valueEnds[batch.count - 1] ?? 0) <= most) to = batch.count
    while (to < batch.count && (batch.valueEnds[to] ?? 0) <= most) to += 1
    const pieceBytes = Math.min(PIECE_BYTES, this.#booked.maxBytes)
    const write = this.#writeOptions(options)
    this.#encoded = writePieces(batch, this.#row, to, write, pieceBytes)
    this.#row = to
    const [first] = this.#encoded
    if (first === undefined) throw new Error('rows without a record batch')
    return first
  }

  /** The next piece stands at `baseOffset`; notes where the appends that end in it ended. */
  acknowledge(baseOffset: number, ends: number[]): void {
    const [piece, ...others] = this.#encoded
    const block = this.#blocks[this.#block]
    if (piece === undefined || block === undefined) throw new Error('nothing was sent')
    for (const { index, row } of block.lasts) {
      if (row >= piece.from && row < piece.to) ends[index] = baseOffset + row - piece.from + 1
    }
    this.#sequence = sequenceAfter(this.#sequence, piece.to - piece.from)
    this.#encoded = others
    if (piece.to < block.batch.count) return
    this.#block += 1
    this.#row = 0
  }

  #writeOptions(options: WriterOptions): WriteOptions {
    return {
      ...options,
      baseSequence: this.#sequence,
      isTransactional: true,
      prefix: this.#prefix,
    }
  }

  #tooLarge(bytes: number): EngineError {
    const { maxBytes, name } = this.#booked
    return new EngineError(
      'too-large',
      `a record of ${bytes} bytes is more than the ${maxBytes} that topic "${name}" takes; ` +
        'raise its max.message.bytes (and segment.bytes, where that is less), or write less',
      { coordinates: { topic: name, partition: this.partition, bytes } },
    )
  }
}

/** Neighbours are joined while they are small. */
function joinSmall(appends: readonly NumberedBatch[]): readonly Block[] {
  const groups: NumberedBatch[][] = []
  let bytes = 0
  for (const append of appends) {
    const { batch } = append
    const group = groups.at(-1)
    const last = group?.at(-1)
    const isFit = bytes + batch.bytes.length <= JOINED_BYTES
    if (group !== undefined && last !== undefined && isFit && canJoin(last.batch, batch)) {
      group.push(append)
      bytes += batch.bytes.length
    } else {
      groups.push([append])
      bytes = batch.bytes.length
    }
  }
  return groups.map((group) => {
    let row = -1
    const lasts = group.map(({ index, batch }) => ({ index, row: (row += batch.count) }))
    return { batch: joinBatches(group.map(({ batch }) => batch)), lasts }
  })
}
