// Names of entries, notes on them and timers in the state of a partition. The state's hash is in
// front, so that a step whose state means something else now starts afresh and never reads the old.

const HASH_DIGITS = 16

export function entryPrefix(stateHash: string, store: string): string {
  return `entry/${stateHash.slice(0, HASH_DIGITS)}/${store}/`
}

/** Of the notes on which keys to look through for entries that are gone. */
export function notePrefix(stateHash: string, store: string): string {
  return `note/${stateHash.slice(0, HASH_DIGITS)}/${store}/`
}

export function timerPrefix(stateHash: string): string {
  return `timer/${stateHash.slice(0, HASH_DIGITS)}/`
}

/** What all that is kept under a state's hash begins with. */
export function statePrefixes(stateHash: string): readonly string[] {
  const hash = stateHash.slice(0, HASH_DIGITS)
  return [`entry/${hash}/`, `note/${hash}/`, `timer/${hash}/`]
}

const INSTANT_BYTES = 8

export function encodeInstant(at: number): Uint8Array {
  const bytes = Buffer.alloc(INSTANT_BYTES)
  bytes.writeDoubleBE(at)
  return bytes
}

export function decodeInstant(bytes: Uint8Array): number {
  return Buffer.from(bytes).readDoubleBE()
}
