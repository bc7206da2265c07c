// The list of operators: adding one takes a file, its test, and a line here.
import { alert } from './alert.ts'
import { allocate } from './allocate.ts'
import { bars } from './bars.ts'
import { book } from './book.ts'
import { conflate } from './conflate.ts'
import { dedupe } from './dedupe.ts'
import { derive } from './derive.ts'
import { enrich } from './enrich.ts'
import { execute } from './execute.ts'
import { filter } from './filter.ts'
import { indicator } from './indicator.ts'
import { merge } from './merge.ts'
import { normalize } from './normalize.ts'
import type { Operator } from './operator.ts'
import { portfolio } from './portfolio.ts'
import { riskGate } from './risk-gate.ts'
import { signal } from './signal.ts'
import { size } from './size.ts'
import { validate } from './validate.ts'

const ALL = [
  normalize,
  validate,
  dedupe,
  filter,
  derive,
  merge,
  enrich,
  book,
  conflate,
  bars,
  indicator,
  signal,
  allocate,
  size,
  riskGate,
  execute,
  portfolio,
  alert,
]

/**
 * Every operator by its YAML word. The config types differ; a plan's config was read by the
 * operator's own spec.
 */
export const operators: ReadonlyMap<string, Operator> = new Map(
  ALL.map((each) => [each.name, each as unknown as Operator]),
)
