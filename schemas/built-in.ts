// The data contracts that come with Millrace: every .avsc below this folder. `market/Trade` is
// market/trade.avsc here unless the topology brings its own.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export interface BuiltInSchema {
  /** Path as diagnostics show it, from the repository's root. */
  readonly path: string
  readonly text: string
}

/** By the name that topologies use, `market/Trade`, in the names' order. */
export const builtInSchemas: ReadonlyMap<string, BuiltInSchema> = readAll(import.meta.dirname)

function readAll(folder: string): ReadonlyMap<string, BuiltInSchema> {
  const domains = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory())
  const schemas = domains.flatMap(({ name: domain }) =>
    readdirSync(join(folder, domain))
      .filter((file) => file.endsWith('.avsc'))
      .map((file): [string, BuiltInSchema] => [
        `${domain}/${recordOf(file)}`,
        {
          path: `schemas/${domain}/${file}`,
          text: readFileSync(join(folder, domain, file), 'utf8'),
        },
      ]),
  )
  return new Map(schemas.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `order-book.avsc` holds OrderBook. */
function recordOf(file: string): string {
  return file
    .slice(0, -'.avsc'.length)
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}
