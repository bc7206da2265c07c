// The table as Postgres's catalogue has it: columns, and what keeps rows apart. The catalogue may
// be read by any role.
import type { Query } from './database.ts'

export interface FoundColumn {
  readonly name: string
  /** As `format_type` spells it: `numeric(20,8)`. */
  readonly type: string
  readonly isNullable: boolean
  /** The server fills it where a statement does not: by a default, an identity, an expression. */
  readonly isFilled: boolean
  /** Nothing can be written to it. */
  readonly isGenerated: boolean
}

export interface FoundIndex {
  readonly name: string
  readonly columns: readonly string[]
  /** It lets no two rows be equal there, at any moment: ON CONFLICT can use it. */
  readonly isUnique: boolean
}

export interface FoundTable {
  /** `r` and `p` are tables; others are views, foreign tables and the like. */
  readonly kind: string
  readonly columns: readonly FoundColumn[]
  readonly indexes: readonly FoundIndex[]
}

interface TableName {
  readonly schema: string
  readonly name: string
}

export async function findTable(
  query: Query,
  { schema, name }: TableName,
): Promise<FoundTable | undefined> {
  const [relation] = await query({
    text: `select c.oid, c.relkind as kind from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2`,
    values: [schema, name],
  })
  if (relation === undefined) return undefined
  const values = [relation['oid']]
  const columns = await query({ text: COLUMNS, values })
  const indexes = await query({ text: INDEXES, values })
  return {
    kind: relation['kind'] as string,
    columns: columns as unknown as readonly FoundColumn[],
    indexes: indexes as unknown as readonly FoundIndex[],
  }
}

export async function hasSchema(query: Query, name: string): Promise<boolean> {
  const text = 'select from pg_catalog.pg_namespace where nspname = $1'
  return (await query({ text, values: [name] })).length > 0
}

const COLUMNS = `select attname as name, format_type(atttypid, atttypmod) as type,
    not attnotnull as "isNullable", atthasdef or attidentity <> '' as "isFilled",
    attgenerated <> '' or attidentity = 'a' as "isGenerated"
  from pg_catalog.pg_attribute where attrelid = $1 and attnum > 0 and not attisdropped
  order by attnum`

/** Of an index that covers more columns than it is ordered by, those in front. */
const INDEXES = `select c.relname as name,
    i.indisunique and i.indimmediate and i.indpred is null as "isUnique",
    (select json_agg(a.attname order by k.place)
      from unnest(i.indkey::int2[]) with ordinality k(number, place)
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
      where k.place <= i.indnkeyatts) as columns
  from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
  where i.indrelid = $1 and i.indisvalid and i.indexprs is null and i.indpred is null`
