// Compiles, from a type, the reading of its values out of a CSV cell. An empty cell is null where
// the type may be null and a misfit elsewhere; lists, maps and records stand in a cell as JSON.
import { Buffer, isUtf8 } from 'node:buffer'
import type { Type } from '../../schemas/type.ts'
import { checkFloat, checkInt, readDecimal, readDouble, readInteger } from './decimal-text.ts'
import { createJsonParser } from './json-text.ts'
import { Misfit } from './misfit.ts'
import { jsonReader, readTime } from './read-json.ts'
import type { Ignored } from './read-json.ts'

/** Gives the run-time value, or a Misfit. The cell's characters are its bytes (Latin-1). */
export type CellReader = (cell: string) => unknown

const EMPTY = new Misfit('is empty, and its type may not be null')
const NOT_BOOLEAN = new Misfit('is not true, false, 1 or 0')
const NOT_UTF8 = new Misfit('is not UTF-8')
const NUL = new Misfit('holds a NUL character, as damaged files do')
const NOT_JSON = new Misfit('is not JSON, which a list, map or record in a cell must be')

export function cellReader(type: Type, ignored: Ignored, path: string): CellReader {
  switch (type.kind) {
    case 'nullable': {
      const of = cellReader(type.of, ignored, path)
      return (cell) => {
        const value = of(cell)
        return value === EMPTY ? null : value
      }
    }
    case 'int':
      return unlessEmpty((cell) => checkInt(readInteger(cell)))
    case 'long':
      return unlessEmpty(readInteger)
    case 'double':
      return unlessEmpty(readDouble)
    case 'float':
      return unlessEmpty((cell) => {
        const value = readDouble(cell)
        return value instanceof Misfit ? value : checkFloat(value)
      })
    case 'decimal':
      return unlessEmpty((cell) => readDecimal(cell, type))
    case 'time':
      return unlessEmpty((cell) => readTime(type.unit, cell))
    case 'boolean':
      return unlessEmpty(readBoolean)
    case 'list':
    case 'map':
    case 'record':
      return unlessEmpty(nestedReader(type, ignored, path))
    case 'duration': {
      const ofText = jsonReader(type, ignored, path)
      return unlessEmpty((cell) => {
        const micros = readInteger(cell)
        return micros instanceof Misfit ? ofText(cell) : micros
      })
    }
    case 'string': {
      return (cell) => (cell === '' ? EMPTY : readText(cell))
    }
    default: {
      const ofText = jsonReader(type, ignored, path)
      return unlessEmpty((cell) => {
        const text = readText(cell)
        return text instanceof Misfit ? text : ofText(text)
      })
    }
  }
}

/**
 * Blanks around anything but a string say nothing; they are looked for only when the cell does not
 * fit as it stands.
 */
function unlessEmpty(read: CellReader): CellReader {
  return (cell) => {
    const value = read(cell)
    if (!(value instanceof Misfit)) return value
    const trimmed = cell.trim()
    if (trimmed === '') return EMPTY
    return trimmed.length === cell.length ? value : read(trimmed)
  }
}

function readBoolean(cell: string): boolean | Misfit {
  switch (cell.toLowerCase()) {
    case 'true':
    case '1':
      return true
    case 'false':
    case '0':
      return false
    default:
      return NOT_BOOLEAN
  }
}

/** The text that a cell's bytes spell. */
export function readText(cell: string): string | Misfit {
  if (cell.includes('\0')) return NUL
  if (isAscii(cell)) return cell
  const bytes = Buffer.from(cell, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : NOT_UTF8
}

function isAscii(cell: string): boolean {
  for (let at = 0; at < cell.length; at += 1) if (cell.charCodeAt(at) > 0x7f) return false
  return true
}

function nestedReader(type: Type, ignored: Ignored, path: string): CellReader {
  const parse = createJsonParser(true)
  const read = jsonReader(type, ignored, path)
  return (cell) => {
    const text = readText(cell)
    if (text instanceof Misfit) return text
    let json: unknown
    try {
      json = parse(text)
    } catch {
      return NOT_JSON
    }
    return read(json)
  }
}
