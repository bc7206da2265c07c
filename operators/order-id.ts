// Ids of orders and fills: a hash of what they are, so that every replay finds the same. Offsets
// have no part in it, because a log counts more than records in them.
import { createHash } from 'node:crypto'

/**
 * 32 hexadecimal digits: the first half of the SHA-256 of the parts as JSON.
 *
 * @example
 * hashedId(topology, step, account, counter) // an order's
 */
export function hashedId(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
