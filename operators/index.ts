// The list of operators: adding one takes a file, its test, and a line here.
import { bars } from './bars.ts'
import { derive } from './derive.ts'
import { enrich } from './enrich.ts'
import { filter } from './filter.ts'
import { indicator } from './indicator.ts'
import { merge } from './merge.ts'
import { normalize } from './normalize.ts'
import type { Operator } from './operator.ts'
import { signal } from './signal.ts'
import { validate } from './validate.ts'

const ALL = [normalize, validate, filter, derive, merge, enrich, bars, indicator, signal]

/**
 * Every operator by its YAML word. The config types differ; a plan's config was read by the
 * operator's own spec.
 */
export const operators: ReadonlyMap<string, Operator> = new Map(
  ALL.map((each) => [each.name, each as unknown as Operator]),
)
