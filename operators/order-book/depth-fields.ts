// What the input of `book` must have: the fields of market/Depth that the book is built from.
import {
  describeType,
  fieldOf,
  isNumber,
  notNull,
  type RecordType,
  type Type,
} from '../../schemas/type.ts'

interface Wanted {
  readonly name: string
  /** As a diagnostic says it. */
  readonly wanted: string
  readonly fits: (type: Type) => boolean
}

const WANTED: readonly Wanted[] = [
  { name: 'first_update', wanted: 'long', fits: isWhole },
  { name: 'last_update', wanted: 'long', fits: isWhole },
  { name: 'previous_update', wanted: 'long?', fits: (type) => isWhole(notNull(type)) },
  { name: 'snapshot', wanted: 'boolean', fits: ({ kind }) => kind === 'boolean' },
  { name: 'bids', wanted: 'a list of price and size', fits: isLevels },
  { name: 'asks', wanted: 'a list of price and size', fits: isLevels },
]

export interface DepthProblem {
  readonly code: 'fields-exist' | 'types-agree'
  readonly message: string
}

/** Every reason why no book can be built from the input: all that is missing, all that misfits. */
export function depthProblems(input: RecordType): readonly DepthProblem[] {
  const missing = WANTED.filter(({ name }) => fieldOf(input, name) === undefined)
  const names = missing.map(({ name }) => `"${name}"`).join(', ')
  const misfits = WANTED.flatMap(({ name, wanted, fits }): DepthProblem[] => {
    const type = fieldOf(input, name)?.type
    if (type === undefined || type.kind === 'unknown' || fits(type)) return []
    const message = `"${name}" is ${describeType(type)}, where \`book\` takes ${wanted}`
    return [{ code: 'types-agree', message }]
  })
  if (missing.length === 0) return misfits
  return [{ code: 'fields-exist', message: `the input has no ${names}` }, ...misfits]
}

function isWhole({ kind }: Type): boolean {
  return kind === 'long' || kind === 'int'
}

function isLevels(type: Type): boolean {
  if (type.kind !== 'list' || type.items.kind !== 'record') return false
  const { items } = type
  return ['price', 'size'].every((name) => {
    const field = fieldOf(items, name)
    return field !== undefined && isNumber(field.type)
  })
}
