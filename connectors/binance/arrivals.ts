// What has come and is not on the log yet: messages with when they were received, in that order. It
// is bounded, because a websocket cannot be asked to wait.

export type Arrival =
  | { readonly kind: 'message'; readonly text: string; readonly received: number }
  /** A connection begins: what came before may lack what was sent meanwhile. */
  | { readonly kind: 'opened' }

export interface Arrivals {
  /** False: there is no room, and the message was not taken. */
  readonly add: (text: string) => boolean
  readonly open: () => void
  /** All of them; none are held then. */
  readonly take: () => readonly Arrival[]
  readonly isEmpty: boolean
}

export interface ArrivalsOptions {
  /** Characters of messages that are held at most. */
  readonly room: number
  /** Microseconds since 1970; never goes back. */
  readonly present: () => number
}

export function createArrivals({ room, present }: ArrivalsOptions): Arrivals {
  let held: Arrival[] = []
  let size = 0
  return {
    add: (text) => {
      if (size + text.length > room) return false
      held.push({ kind: 'message', text, received: present() })
      size += text.length
      return true
    },
    open: () => held.push({ kind: 'opened' }),
    take: () => {
      const taken = held
      held = []
      size = 0
      return taken
    },
    get isEmpty() {
      return held.length === 0
    },
  }
}

/** The present, but where the wall clock was set back: then as it was, until it is past that. */
export function neverBack(present: () => number): () => number {
  let latest = Number.NEGATIVE_INFINITY
  return () => {
    latest = Math.max(latest, present())
    return latest
  }
}
