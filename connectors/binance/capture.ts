// A capture: a file of messages as they came, a line each: the receive time in nanoseconds, a
// space, the message. Which market it is of, and which symbol its snapshots are of, its messages
// say.
import { isUtf8 } from 'node:buffer'
import type { Value } from '../../schemas/type.ts'
import { withoutByteOrderMark } from '../file/byte-order-mark.ts'
import { LONGEST_RECORD } from '../file/input-record.ts'
import { InputProblem } from '../file/input-problem.ts'
import { readBytes, shortName } from '../file/open-file.ts'
import { beginningOf, originalOf } from '../file/original.ts'
import { createLineSplitter } from '../file/split-lines.ts'
import { isInRange } from '../file/times.ts'
import { type CaptureKind, createCaptureKind } from './capture-kind.ts'
import { type BinanceDecoder, createBinanceDecoder } from './decoder.ts'
import type { BinanceMarket, BinanceStream } from './market-message.ts'

/** Like an InputItem, before a topic says which of its times counts. */
export type CaptureItem =
  | {
      readonly kind: 'record'
      readonly stream: BinanceStream
      readonly value: Value
      readonly time: number
      /** When it was received, in microseconds. */
      readonly available: number
      readonly place: string
    }
  | {
      readonly kind: 'bad'
      readonly stream: BinanceStream | undefined
      readonly reason: string
      readonly place: string
      readonly original: string
      readonly available?: number
    }

/** Can be iterated once. The rest is known of what has been read. */
export interface Capture extends AsyncIterable<readonly CaptureItem[]> {
  readonly name: string
  /** Known with the first batch; undefined where no message tells. */
  readonly market: BinanceMarket | undefined
  /** Messages of kinds that are not taken, by kind. */
  readonly others: ReadonlyMap<string, number>
}

interface Line {
  readonly number: number
  readonly bytes: Buffer
  readonly isWhole: boolean
}

/** Lines that are looked at before the first is read, for its market and its symbols. */
const LOOKED_AHEAD = 2000
/** Nanoseconds of the years 2001 to 2286 have 19 digits; the last 3 are cut off. */
const NANOS_DIGITS = 19
const MICROS_DIGITS = 16
const MESSAGE_AT = NANOS_DIGITS + 1
const [SPACE, ZERO, NINE] = [0x20, 0x30, 0x39]
/** 19 digits with a zero in front are no time of ours. */
const LEAST_RECEIVED = 1e15
const NO_RECEIVED =
  'the line does not begin with when it was received: nanoseconds since 1970, in 19 digits, and ' +
  'a space'
/** Junk may name kinds without end. */
const MOST_KINDS = 64

/**
 * Reads a capture, packed or not, in bounded memory. What cannot be read is an item of kind `bad`.
 * While iterating, an EngineError is thrown for a file that is missing or damaged, an InputProblem
 * for one that names another symbol after a snapshot was taken for the only one.
 */
export function readCapture(path: string): Capture {
  const name = shortName(path)
  const others = new Map<string, number>()
  const kind = createCaptureKind()
  return {
    name,
    others,
    get market() {
      return kind.market
    },
    [Symbol.asyncIterator]: () => read(path, kind, others),
  }
}

async function* read(
  path: string,
  kind: CaptureKind,
  others: Map<string, number>,
): AsyncGenerator<readonly CaptureItem[], void, undefined> {
  const ahead: Line[] = []
  let reader: LineReader | undefined
  for await (const lines of linesOf(path)) {
    if (reader !== undefined) {
      yield reader(lines)
      continue
    }
    for (const line of lines) {
      if (ahead.length < LOOKED_AHEAD) kind.look(messageOf(line))
      ahead.push(line)
    }
    if (ahead.length < LOOKED_AHEAD) continue
    reader = createReader(path, kind, others)
    yield reader(ahead)
    ahead.length = 0
  }
  if (ahead.length > 0) yield createReader(path, kind, others)(ahead)
}

async function* linesOf(path: string): AsyncGenerator<readonly Line[], void, undefined> {
  let lines: Line[] = []
  const splitter = createLineSplitter((bytes, number, isWhole) => {
    if (bytes.length > 0) lines.push({ number, bytes, isWhole })
  })
  let isFirst = true
  for await (const chunk of readBytes(path)) {
    splitter.push(isFirst ? withoutByteOrderMark(chunk, path) : chunk)
    isFirst = false
    if (lines.length > 0) yield lines
    lines = []
  }
  splitter.end()
  if (lines.length > 0) yield lines
}

type LineReader = (lines: readonly Line[]) => readonly CaptureItem[]
type BadItem = Extract<CaptureItem, { readonly kind: 'bad' }>

function createReader(path: string, kind: CaptureKind, others: Map<string, number>): LineReader {
  const name = shortName(path)
  const decode = createDecoding(path, kind)
  const readLine = ({ number, bytes, isWhole }: Line): CaptureItem | undefined => {
    const place = `${name}:${number}`
    const bad = (reason: string, more: Partial<BadItem> = {}): CaptureItem => {
      const original = isWhole ? originalOf(bytes) : beginningOf(bytes)
      return { kind: 'bad', stream: undefined, reason, place, original, ...more }
    }
    if (!isWhole) return bad(`the line is longer than ${LONGEST_RECORD} bytes`)
    if (!isUtf8(bytes)) return bad('the line is not UTF-8')
    const received = receivedOf(bytes)
    if (received === undefined) return isBlank(bytes) ? undefined : bad(NO_RECEIVED)
    const decoded = decode(bytes.toString('utf8', MESSAGE_AT), received)
    switch (decoded.kind) {
      case 'record': {
        const { stream, value, time } = decoded
        return { kind: 'record', stream, value, time, available: received, place }
      }
      case 'bad':
        return bad(decoded.reason, { stream: decoded.stream, available: received })
      case 'other': {
        const what = others.has(decoded.what) || others.size < MOST_KINDS ? decoded.what : 'more'
        others.set(what, (others.get(what) ?? 0) + 1)
        return undefined
      }
    }
  }
  return (lines) => {
    const items: CaptureItem[] = []
    for (const line of lines) {
      const item = readLine(line)
      if (item !== undefined) items.push(item)
    }
    return items
  }
}

/** Microseconds; undefined where the line does not begin with a receive time. */
function receivedOf(bytes: Buffer): number | undefined {
  if (bytes[NANOS_DIGITS] !== SPACE) return undefined
  let micros = 0
  for (let at = 0; at < NANOS_DIGITS; at += 1) {
    const digit = bytes[at] ?? 0
    if (digit < ZERO || digit > NINE) return undefined
    if (at < MICROS_DIGITS) micros = micros * 10 + (digit - ZERO)
  }
  return micros >= LEAST_RECEIVED && isInRange(micros) ? micros : undefined
}

function isBlank(bytes: Buffer): boolean {
  return bytes.toString('utf8').trim() === ''
}

/**
 * Decodes with the capture's only symbol for bare snapshots, as long as it is the only one. Where
 * another comes after such a snapshot, the snapshot may have been of that, and is on its way.
 */
function createDecoding(path: string, kind: CaptureKind): BinanceDecoder {
  // A capture that tells no market holds nothing that differs from one to the other.
  const { market = 'spot', onlySymbol } = kind
  const strict = createBinanceDecoder({ market })
  if (onlySymbol === undefined) return strict
  const decodeOnly = createBinanceDecoder({ market, symbol: onlySymbol })
  let isOnly = true
  let hasAssumed = false
  return (text, received) => {
    const decoded = (isOnly ? decodeOnly : strict)(text, received)
    if (!isOnly || decoded.kind !== 'record') return decoded
    const { value } = decoded
    if (value['symbol'] !== onlySymbol) {
      isOnly = false
      if (hasAssumed) throw severalSymbols(path, onlySymbol)
    } else if (value['snapshot'] === true && !hasAssumed) {
      hasAssumed = strict(text, received).kind === 'bad'
    }
    return decoded
  }
}

function severalSymbols(path: string, symbol: string): InputProblem {
  const name = shortName(path)
  const message =
    `${name} names other symbols than ${symbol}, which a snapshot that names none was taken for; ` +
    'split the capture by symbol, or put each snapshot into an envelope ' +
    '{"stream": "btcusdt@depthSnapshot", "data": ...}'
  return new InputProblem(message, { topic: 'depth', file: name })
}

function messageOf({ bytes }: Line): string {
  return bytes.toString('utf8', MESSAGE_AT)
}
