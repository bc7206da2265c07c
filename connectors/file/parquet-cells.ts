// One cell of a Parquet file as the value of a field. Times, decimals and texts are taken as they
// stand in the file, so that none loses a digit on the way through a double or a date.
import { isUtf8 } from 'node:buffer'
import type { SchemaTree } from 'hyparquet'
import { describeType } from '../../schemas/type.ts'
import type { Type } from '../../schemas/type.ts'
import { createJsonParser, LongNumber } from './json-text.ts'
import { Misfit } from './misfit.ts'
import { jsonReader } from './read-json.ts'
import type { Ignored } from './read-json.ts'

/** What a column holds, told by its schema. */
export type CellKind =
  | { readonly kind: 'time'; readonly toMicros: (raw: unknown) => number }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'json' | 'text' | 'plain' }

/** Gives the run-time value, or a Misfit. */
export type CellReader = (raw: unknown) => unknown

const NULL = new Misfit('is null, and its type may not be')
const NOT_FINITE = new Misfit('is not a finite number')
const NOT_UTF8 = new Misfit('is not UTF-8')
const NOT_JSON = new Misfit('is not JSON, which a list, map or record in a column must be')

export function cellKind({ element, children }: SchemaTree): CellKind {
  const { converted_type: converted, logical_type: logical } = element
  if (children.length > 0 || element.repetition_type === 'REPEATED') return { kind: 'plain' }
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    return { kind: 'decimal', scale: element.scale ?? 0 }
  }
  if (converted === 'DATE' || logical?.type === 'DATE') {
    return { kind: 'time', toMicros: (raw) => Number(raw) * 86_400_000_000 }
  }
  // What INT96 holds comes through `parsers` of parquet.ts.
  if (element.type === 'INT96') return { kind: 'time', toMicros: Number }
  const unit = logical?.type === 'TIMESTAMP' ? logical.unit : undefined
  if (unit === 'NANOS') return { kind: 'time', toMicros: nanosToMicros }
  if (unit === 'MICROS' || converted === 'TIMESTAMP_MICROS') {
    return { kind: 'time', toMicros: Number }
  }
  if (unit === 'MILLIS' || converted === 'TIMESTAMP_MILLIS') {
    return { kind: 'time', toMicros: (raw) => Number(raw) * 1000 }
  }
  if (converted === 'JSON' || logical?.type === 'JSON') return { kind: 'json' }
  const isText = converted === 'UTF8' || converted === 'ENUM'
  const says = logical?.type === 'STRING' || logical?.type === 'ENUM'
  return { kind: isText || says ? 'text' : 'plain' }
}

export function nanosToMicros(raw: unknown): number {
  const nanos = raw as bigint
  return Number((nanos - (((nanos % 1000n) + 1000n) % 1000n)) / 1000n)
}

/** Why no value of the column can be one of the type, as the end of a sentence; or undefined. */
export function cellProblem(tree: SchemaTree, type: Type): string | undefined {
  const { kind } = cellKind(tree)
  if (type.kind === 'nullable') return cellProblem(tree, type.of)
  if (kind === 'time' && type.kind !== 'time') return `holds times, and not ${describeType(type)}`
  if (tree.children.length > 0 && holdsDecimals(tree)) {
    return 'holds decimals below its first level, which are not read; write it as JSON text'
  }
  return undefined
}

function holdsDecimals({ element, children }: SchemaTree): boolean {
  return element.converted_type === 'DECIMAL' || children.some(holdsDecimals)
}

export function cellReader(
  cell: CellKind,
  type: Type,
  at: { readonly ignored: Ignored; readonly path: string },
): CellReader {
  if (type.kind === 'nullable') {
    const of = cellReader(cell, type.of, at)
    return (raw) => (raw === null || raw === undefined ? null : of(raw))
  }
  const read = presentReader(cell, type, at)
  return (raw) => (raw === null || raw === undefined ? NULL : read(raw))
}

function presentReader(
  cell: CellKind,
  type: Type,
  { ignored, path }: { readonly ignored: Ignored; readonly path: string },
): CellReader {
  const ofJson = jsonReader(type, ignored, path)
  if (cell.kind === 'time') {
    const step = type.kind === 'time' && type.unit === 'ms' ? 1000 : 1
    return (raw) => Math.floor(cell.toMicros(raw) / step) * step
  }
  if (cell.kind === 'decimal') return (raw) => ofJson(decimalOf(raw, cell.scale))
  if (cell.kind === 'json') {
    const parse = createJsonParser(true)
    return (raw) => {
      const json = parsed(raw, parse)
      return json instanceof Misfit ? json : ofJson(json)
    }
  }
  if (type.kind === 'bytes' || type.kind === 'fixed') {
    const misfit = new Misfit(`is not ${describeType(type)}`)
    const size = type.kind === 'fixed' ? type.size : undefined
    return (raw) =>
      raw instanceof Uint8Array && (size ?? raw.length) === raw.length ? raw : misfit
  }
  if (cell.kind === 'text' || type.kind === 'string' || type.kind === 'enum') {
    const isNested = ['list', 'map', 'record'].includes(type.kind)
    const parse = createJsonParser(true)
    return (raw) => {
      const given = isNested ? parsed(raw, parse) : textOf(raw)
      return given instanceof Misfit ? given : ofJson(given)
    }
  }
  return (raw) =>
    typeof raw === 'number' && !Number.isFinite(raw) ? NOT_FINITE : ofJson(jsonOf(raw))
}

/** The text of bytes; what is no bytes as it is. */
function textOf(raw: unknown): unknown {
  if (!(raw instanceof Uint8Array)) return raw
  return isUtf8(raw) ? Buffer.from(raw).toString('utf8') : NOT_UTF8
}

function parsed(raw: unknown, parse: (text: string) => unknown): unknown {
  const text = textOf(raw)
  if (typeof text !== 'string') return text
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return NOT_JSON
    throw error
  }
}

/** A decimal with all its digits: an unscaled integer, or its bytes in two's complement. */
function decimalOf(raw: unknown, scale: number): LongNumber {
  const unscaled =
    raw instanceof Uint8Array
      ? BigInt.asIntN(raw.length * 8, BigInt(`0x${Buffer.from(raw).toString('hex') || '0'}`))
      : BigInt(raw as bigint | number)
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  const point = digits.length - scale
  const fraction = scale === 0 ? '' : `.${digits.slice(point)}`
  const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`
  return new LongNumber(Number(text), text)
}

/** Nested values in the forms of parsed JSON. */
function jsonOf(raw: unknown): unknown {
  if (typeof raw === 'bigint') {
    const value = Number(raw)
    return Number.isSafeInteger(value) ? value : new LongNumber(value, String(raw))
  }
  if (raw instanceof Uint8Array) return Buffer.from(raw).toString('base64')
  if (Array.isArray(raw) || ArrayBuffer.isView(raw)) {
    return Array.from(raw as unknown as Iterable<unknown>, jsonOf)
  }
  if (typeof raw === 'object' && raw !== null) {
    return Object.fromEntries(Object.entries(raw).map(([name, own]) => [name, jsonOf(own)]))
  }
  return raw
}
