// Undoing what a record did to a key's state. Before an update a call's header and the one row that
// it may write are saved; they are put back when the record turns out not to count.
import type { Kernel } from './function.ts'

/**
 * Where a call's state is: in a key's array, and what of it is saved while a record is worked on.
 */
export interface Layout {
  readonly kernel: Kernel
  readonly at: number
  readonly savedAt: number
}

/** Slots up to here are copied one by one, more by a loop. */
const UNROLLED = 8

/** Doubles that one call needs for what is saved. */
export function savedSize({ header, ring, width }: Kernel): number {
  return header + (ring > 0 ? width : 0)
}

/** Statements that save what the call of that number may change. */
export function emitSave(layout: Layout, number: number): readonly string[] {
  const { at, savedAt, kernel } = layout
  const { header, ring, width } = kernel
  const lines = [`$order[$done++] = ${number}`, ...emitCopy(`${savedAt}`, `${at}`, header)]
  if (ring === 0) return lines
  const row = `const $w = ${at + header} + state[${at}] * ${width}`
  return [...lines, row, ...emitCopy(`${savedAt + header}`, '$w', width)]
}

function emitCopy(to: string, from: string, count: number): readonly string[] {
  if (count > UNROLLED) {
    return [`for (let $i = 0; $i < ${count}; $i++) $saved[${to} + $i] = state[${from} + $i]`]
  }
  return Array.from(
    { length: count },
    (_, slot) => `$saved[${to} + ${slot}] = state[${from} + ${slot}]`,
  )
}

/** Puts back every call updated so far: the first `done` of those numbered in `order`. */
export function putAllBack(
  layouts: readonly Layout[],
  saved: Float64Array,
  order: Int32Array,
  done: number,
  state: number[],
): void {
  for (const index of order.subarray(0, done)) putBack(layouts, saved, index, state)
}

/** Puts back the header, and by it the one row, of one call. */
export function putBack(
  layouts: readonly Layout[],
  saved: Float64Array,
  index: number,
  state: number[],
): void {
  const layout = layouts[index]
  if (layout === undefined) throw new Error(`no stateful call has the number ${index}`)
  const { kernel, at, savedAt } = layout
  const { header, ring, width } = kernel
  for (let slot = 0; slot < header; slot += 1) state[at + slot] = saved[savedAt + slot] ?? 0
  if (ring === 0) return
  const row = at + header + (state[at] ?? 0) * width
  for (let slot = 0; slot < width; slot += 1) {
    state[row + slot] = saved[savedAt + header + slot] ?? 0
  }
}
