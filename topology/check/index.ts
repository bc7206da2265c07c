// Every rule that is not the expressions' or the reader's own, in the order of their codes.
// docs/errors.md has a heading for each.
import { calendarsFound } from './calendars-found.ts'
import { configComplete } from './config-complete.ts'
import { configKnown } from './config-known.ts'
import { configTyped } from './config-typed.ts'
import { connectorsKnown } from './connectors-known.ts'
import { cyclesLocal } from './cycles-local.ts'
import { fatesStated } from './fates-stated.ts'
import { fieldsExist } from './fields-exist.ts'
import { gateBeforeExecute } from './gate-before-execute.ts'
import { inputsAgree } from './inputs-agree.ts'
import { keysAgree } from './keys-agree.ts'
import { namesUnique } from './names-unique.ts'
import { oneWriter } from './one-writer.ts'
import { operatorsKnown } from './operators-known.ts'
import { parametersHold } from './parameters-hold.ts'
import { parametersKnown } from './parameters-known.ts'
import { partitionsAgree } from './partitions-agree.ts'
import { schemasAccept } from './schemas-accept.ts'
import { schemasKnown } from './schemas-known.ts'
import { schemasValid } from './schemas-valid.ts'
import { sinksAgree } from './sinks-agree.ts'
import { sinksKnown } from './sinks-known.ts'
import { sourcesAgree } from './sources-agree.ts'
import { streamsKnown } from './streams-known.ts'
import { streamsUsed } from './streams-used.ts'
import { timesCarried } from './times-carried.ts'
import { typesAgree } from './types-agree.ts'
import type { Graph } from '../graph.ts'
import type { Rule } from './rule.ts'

/** A rule as docs and listings see it. */
export interface RuleAbout {
  readonly code: string
  /** One sentence, true of every topology without this diagnostic. */
  readonly holds: string
}

/** Rules over the whole graph that need no types. */
export const graphRules: readonly Rule<[Graph]>[] = [
  cyclesLocal,
  gateBeforeExecute,
  namesUnique,
  oneWriter,
  timesCarried,
]

export const rules: readonly RuleAbout[] = [
  calendarsFound,
  configComplete,
  configKnown,
  configTyped,
  connectorsKnown,
  cyclesLocal,
  fatesStated,
  fieldsExist,
  gateBeforeExecute,
  inputsAgree,
  keysAgree,
  namesUnique,
  oneWriter,
  operatorsKnown,
  parametersHold,
  parametersKnown,
  partitionsAgree,
  schemasAccept,
  schemasKnown,
  schemasValid,
  sinksAgree,
  sinksKnown,
  sourcesAgree,
  streamsKnown,
  streamsUsed,
  timesCarried,
  typesAgree,
]
