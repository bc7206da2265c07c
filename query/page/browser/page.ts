// What the views of the page are made with.
import type { Caller, Status, Topology } from './answers.ts'
import type { Streams } from './streams.ts'

export interface Page {
  readonly topology: Topology
  readonly caller: Caller
  readonly streams: Streams
}

/** A part of the page while it is shown. */
export interface View {
  readonly root: HTMLElement
  /** Told how the run goes, about every second. */
  readonly show?: (status: Status) => void
  /** Called when it is no longer shown. */
  readonly end?: () => void
}

const RANKS = ['viewer', 'operator', 'trader'] as const

/** Why the visitor may not do what takes a role; undefined: they may. */
export function hindrance(
  { role, isReadOnly }: Caller,
  needed: Caller['role'],
): string | undefined {
  if (isReadOnly) return 'This is a finished replay: nothing of it is changed.'
  if (RANKS.indexOf(role) >= RANKS.indexOf(needed)) return undefined
  return `This takes the role "${needed}"; yours is "${role}".`
}
