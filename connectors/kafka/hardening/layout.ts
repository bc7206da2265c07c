// Where the fields of a Kafka record batch (format 2) stand, as Kafka's protocol documentation
// lays them out: https://kafka.apache.org/documentation/#recordbatch

export const layout = {
  baseOffset: 0,
  /** Of what follows it. */
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  checksum: 17,
  /** The checksum is of all from here on. */
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
  records: 61,
} as const

export const MAGIC = 2
/** Bytes up to and with the length: what must be there to know how much more there is. */
export const LENGTH_END = 12

export const COMPRESSION = 0b111
export const IS_APPEND_TIME = 1 << 3
export const IS_TRANSACTIONAL = 1 << 4
export const IS_CONTROL = 1 << 5

/** The least that a record takes: its length, attributes, deltas, three counts. */
export const LEAST_RECORD_BYTES = 7

/** The name of the header that holds our envelope: `millrace`, as two numbers. */
export const ENVELOPE_NAME_BYTES = 8
export const ENVELOPE_NAME_START = 0x6d696c6c
export const ENVELOPE_NAME_END = 0x72616365
