// What is wrong with an Avro schema: the author's mistake, thrown by whatever reads the schema and
// turned into a diagnostic by the rule that asked for it.

/** Steps from the schema's root to a part of its JSON: `['fields', 0, 'type']`. */
export type JsonPath = readonly (string | number)[]

export class SchemaError extends Error {
  override readonly name = 'SchemaError'
  /** The field at fault, such as `bids[].price`; empty for the schema itself. */
  readonly path: string
  /** Where in the JSON it stands. */
  readonly place: JsonPath
  /** The character range in the file, where the file's text is known. */
  readonly offset: number | undefined
  readonly end: number | undefined

  constructor(
    message: string,
    at: { path: string; place: JsonPath; offset?: number | undefined; end?: number | undefined },
  ) {
    super(message)
    this.path = at.path
    this.place = at.place
    this.offset = at.offset
    this.end = at.end
  }
}

/** Where a reader stands: the path shown to the author and the place in the JSON. */
export interface SchemaPlace {
  readonly path: string
  readonly place: JsonPath
}

/** Throws: the sentence is led by the field that it speaks of. */
export function refuse(at: SchemaPlace, sentence: string): never {
  throw new SchemaError(at.path === '' ? sentence : `field "${at.path}": ${sentence}`, at)
}

/**
 * The place one step further into the JSON, within the same field unless `suffix` says otherwise.
 */
export function into(at: SchemaPlace, steps: JsonPath, suffix = ''): SchemaPlace {
  return { path: at.path + suffix, place: [...at.place, ...steps] }
}

export function intoField(at: SchemaPlace, index: number, name: string): SchemaPlace {
  return {
    path: at.path === '' ? name : `${at.path}.${name}`,
    place: [...at.place, 'fields', index],
  }
}
