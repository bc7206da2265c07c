// Takes an item's place apart, `ticks.csv:17` or `ticks.avro:record 17`, for the columns of a
// batch. Places of one file follow each other, so its name is cut out once.

export interface SourcePlace {
  readonly file: string
  readonly line: number
}

const COLON = 58
const ZERO = 48
const NINE = 57
const RECORD = 'record '

/**
 * Makes a reader that is called for one place after another. What it gives is good until the next
 * call; undefined for a place that is in no file.
 */
export function createPlaceReader(): (place: string) => SourcePlace | undefined {
  const found = { file: '', line: 0 }
  return (place) => {
    let at = place.length
    let [line, unit] = [0, 1]
    for (; at > 0; at -= 1) {
      const code = place.charCodeAt(at - 1)
      if (code < ZERO || code > NINE) break
      line += (code - ZERO) * unit
      unit *= 10
    }
    if (at === place.length) return undefined
    if (place.endsWith(RECORD, at)) at -= RECORD.length
    if (at < 2 || place.charCodeAt(at - 1) !== COLON) return undefined
    if (found.file.length !== at - 1 || !place.startsWith(found.file)) {
      found.file = place.slice(0, at - 1)
    }
    found.line = line
    return found
  }
}
