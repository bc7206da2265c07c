// Makes or evolves a sink's tables, in one transaction that other processes wait for, and sees that
// the role may do what a batch will need: what is lacking is said now rather than at a batch.
import { type Place, sinkFault } from '../sink-fault.ts'
import { isServerError } from './fault.ts'
import type { Database, Query } from './database.ts'
import { evolve, tableName } from './evolve.ts'
import { findTable, hasSchema } from './found-table.ts'
import type { FoundTable } from './found-table.ts'
import { CREATE_POSITIONS, filledTable, POSITIONS } from './positions.ts'
import type { Reader } from './positions.ts'
import { quoteName, quoteText } from './quote.ts'
import type { Table } from './table.ts'

export interface Preparation {
  readonly table: Table
  readonly reader: Reader
  readonly place: Place
  /** The role that logs in. */
  readonly user: string
}

/** The number is 0x6d696c6c, "mill". Whoever opens a sink in the database waits for this lock. */
const LOCK = 'select pg_advisory_xact_lock(1835625580)'

/** The table as it is afterwards. */
export function prepareTables(database: Database, preparation: Preparation): Promise<FoundTable> {
  const { table, place } = preparation
  return database.transaction(
    async (query) => {
      await query({ text: LOCK })
      const found = await findTable(query, table)
      const { statements, differences } = evolve(table, found)
      if (differences.length > 0)
        throw sinkFault(place, 'sink-differs', differences.join('; also '))
      await makePositions(query, preparation)
      await demandRights(query, POSITIONS, ['select', 'insert', 'update'], preparation)
      await refuseOtherTable(query, preparation, found !== undefined)
      if (found === undefined) await makeSchema(query, table.schema, preparation)
      const right = found === undefined ? `create on schema ${quoteName(table.schema)}` : undefined
      for (const text of statements) {
        await change(query, { text, what: `table ${tableName(table)}`, right }, preparation)
      }
      await demandRights(query, table, rightsOn(table), preparation)
      const made = await findTable(query, table)
      if (made === undefined) throw new Error('a table that is made is found')
      return made
    },
    { isLong: true },
  )
}

async function makePositions(query: Query, preparation: Preparation): Promise<void> {
  if ((await findTable(query, POSITIONS)) !== undefined) return
  await makeSchema(query, POSITIONS.schema, preparation)
  const right = `create on schema ${quoteName(POSITIONS.schema)}`
  const what = `table ${tableName(POSITIONS)}`
  await change(query, { text: CREATE_POSITIONS, what, right }, preparation)
}

async function makeSchema(query: Query, name: string, preparation: Preparation): Promise<void> {
  if (await hasSchema(query, name)) return
  const [row] = await query({ text: 'select current_database() as name' })
  const right = `create on database ${quoteName(String(row?.['name']))}`
  const what = `schema ${quoteName(name)}`
  await change(query, { text: `create schema ${quoteName(name)}`, what, right }, preparation)
}

interface Change {
  readonly text: string
  /** What is made or altered. */
  readonly what: string
  /** What the role must be granted for it; undefined: it must own the thing. */
  readonly right: string | undefined
}

async function change(
  query: Query,
  { text, what, right }: Change,
  { place, user }: Preparation,
): Promise<void> {
  try {
    await query({ text })
  } catch (error) {
    if (!isServerError(error)) throw error
    if (error.code === '42501') {
      const repair =
        right === undefined
          ? `let its owner run: ${text}`
          : `grant ${right} to ${quoteName(user)}, or let another role make it`
      const lacks = `the role "${user}" may not make or alter ${what}`
      throw sinkFault(place, 'sink-not-allowed', `${lacks}; ${repair}`, { cause: error })
    }
    // Such as a view that stands on the column, or rows that a new index does not allow.
    if (!/^(0A|2B|22|23|42)/.test(error.code)) throw error
    const refuses = `the server refuses (SQLSTATE ${error.code}) to bring ${what} to the schema`
    throw sinkFault(place, 'sink-differs', `${refuses}; see what hinders: ${text}`)
  }
}

/** A table that was dropped or renamed, or another, must not begin in the middle of its topic. */
async function refuseOtherTable(
  query: Query,
  { reader, place }: Preparation,
  isThere: boolean,
): Promise<void> {
  const { topology, sink, topic, table } = reader
  const filled = await filledTable(query, reader)
  if (filled === undefined || (isThere && filled === table)) return
  const same = Object.entries({ topology, sink, topic }).map(
    ([column, value]) => `${column} = ${quoteText(value)}`,
  )
  const positions = tableName(POSITIONS)
  const where = `where ${same.join(' and ')}`
  const anew = `let it begin anew: delete from ${positions} ${where}`
  const what = isThere
    ? `it has filled table ${filled} until now, and ${table} is another; name that again, or ` +
      `where it was renamed: update ${positions} set rows_in = ${quoteText(table)} ${where}; or ` +
      anew
    : `table ${table} is not there, though the sink has written already; give it back the table ` +
      `that it had, which was ${filled}, or ${anew}`
  throw sinkFault(place, 'sink-differs', what, { coordinates: { topic } })
}

function rightsOn({ identity, deleted }: Table): readonly string[] {
  const updates = identity === undefined ? [] : ['update']
  const deletes = deleted === 'delete' ? ['delete'] : []
  return ['select', 'insert', ...updates, ...deletes]
}

async function demandRights(
  query: Query,
  { schema, name }: Pick<Table, 'schema' | 'name'>,
  rights: readonly string[],
  { place, user }: Preparation,
): Promise<void> {
  const table = tableName({ schema, name })
  // A table can be asked about only where its schema may be used.
  for (const { on, named, sql, wanted } of [
    { on: 'schema', named: schema, sql: quoteName(schema), wanted: ['usage'] },
    { on: 'table', named: table, sql: table, wanted: rights },
  ]) {
    const [row = {}] = await query({
      text: `select array(select r from unnest($2::text[]) as wanted(r)
        where not has_${on}_privilege($1, r)) as missing`,
      values: [named, wanted],
    })
    const missing = row['missing'] as readonly string[]
    if (missing.length === 0) continue
    const grant = `grant ${missing.join(', ')} on ${on} ${sql} to ${quoteName(user)}`
    const lacks = `the role "${user}" may not use ${on} ${sql} as it must`
    throw sinkFault(place, 'sink-not-allowed', `${lacks}; ${grant}`)
  }
}
