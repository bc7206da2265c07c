// What the checks of `validate` need of its input, and what a config may not say of them.
import { describeType, fieldOf, isNumber, notNull } from '../../schemas/type.ts'
import type { Inference } from '../../topology/signature.ts'
import { type Action, CHECKS, checksMade, isCheck, rulesOf } from './actions.ts'
import type { ValidateConfig } from './actions.ts'
import { QUALITY_FIELDS } from './findings.ts'
import { identityProblem } from './identity.ts'
import { priceReader } from './price.ts'

type Inferring = Inference<ValidateConfig>

const BOOK_SIDES = ['bid', 'ask']

export function reportProblems(inference: Inferring, actions: ReadonlyMap<string, Action>): void {
  const { config, span, report } = inference
  if (actions.size === 0) {
    const repair = 'add `rules:`, or a check such as `jump: 10%`'
    report('config-complete', { message: '"validate" checks nothing', span, repair })
  }
  reportRules(inference)
  for (const name of checksMade(config)) {
    if (name === 'crossed' || name === 'locked') reportSides(inference, name)
  }
  reportPrice(inference)
  reportSequence(inference)
  reportDuplicate(inference)
  for (const list of ['flag', 'reject'] as const) reportActions(inference, list, actions)
  if ([...actions.values()].includes('flag')) reportClashes(inference)
}

function reportRules({ config, report }: Inferring): void {
  for (const { name, nameSpan, expression } of rulesOf(config)) {
    const { type, span } = expression
    if (type.kind !== 'boolean' && type.kind !== 'unknown') {
      const message = `rule "${name}" is ${describeType(type)}, not boolean`
      report('types-agree', { message, span, repair: 'compare it with something' })
    }
    if (checksMade(config).some((check) => check === name)) {
      const message = `rule "${name}" has the name of a check that is made too`
      report('names-unique', { message, span: nameSpan, repair: 'choose another name' })
    }
  }
}

function reportSides({ input, report, spanOf }: Inferring, check: 'crossed' | 'locked'): void {
  const span = spanOf(check)
  const repair = 'make it in a `normalize` step before this one'
  for (const name of BOOK_SIDES) {
    const type = fieldOf(input.record, name)?.type
    if (type === undefined) {
      const message = `"${check}" compares "bid" and "ask", and the input has no "${name}"`
      report('fields-exist', { message, span, repair })
    } else if (!isNumber(type) && type.kind !== 'unknown') {
      const message = `"${check}" compares numbers, and "${name}" is ${describeType(type)}`
      report('types-agree', { message, span, repair })
    }
  }
}

function reportPrice({ config, input, report, spanOf }: Inferring): void {
  const isNeeded = config.jump !== undefined
  if (isNeeded && priceReader(input.record, config.price) === undefined) {
    report('fields-exist', {
      message: 'the input has no price: no "price", no "bid" and "ask", no "close"',
      span: spanOf('jump'),
      repair: 'say which with `price:`',
    })
  }
  for (const name of ['price', 'recover'] as const) {
    if (isNeeded || config[name] === undefined) continue
    const message = `"${name}" has no effect without "jump"`
    report('config-known', { message, span: spanOf(name), repair: 'remove it, or add `jump:`' })
  }
}

function reportSequence({ config, report }: Inferring): void {
  if (config.sequence === undefined) return
  const { text, type, span } = config.sequence
  if (['int', 'long', 'unknown'].includes(notNull(type).kind)) return
  const message = `"${text}" is ${describeType(type)}, and a sequence counts in whole numbers`
  report('types-agree', { message, span, repair: 'convert it, such as with long(...)' })
}

function reportDuplicate({ config, input, report, spanOf }: Inferring): void {
  for (const [index, name] of (config.duplicate ?? []).entries()) {
    const field = fieldOf(input.record, name)
    const message = field && identityProblem(name, field.type)
    if (message === undefined) continue
    const span = spanOf('duplicate', String(index))
    report('types-agree', { message, span, repair: 'name fields with one value each' })
  }
}

function reportActions(
  { config, report, spanOf }: Inferring,
  list: 'flag' | 'reject',
  actions: ReadonlyMap<string, Action>,
): void {
  for (const [index, name] of (config[list] ?? []).entries()) {
    const span = spanOf(list, String(index))
    if (!actions.has(name)) {
      const notes = [`made here: ${[...actions.keys()].sort().join(', ')}`]
      const message = `"${list}" names "${name}", which is no check or rule that is made here`
      report('config-known', { message, span, notes })
    } else if (list === 'reject' && isCheck(name) && CHECKS[name].rejectsAs === undefined) {
      const message = `"${name}" tells of records that are missing, and cannot reject this one`
      report('config-typed', { message, span, repair: 'remove it: it flags' })
    } else if (list === 'reject' && config.flag?.includes(name)) {
      const message = `"${name}" cannot both flag and reject`
      report('config-typed', { message, span, repair: 'remove it from one of the lists' })
    }
  }
}

function reportClashes({ input, span, report }: Inferring): void {
  if (fieldOf(input.record, 'flags')) {
    const message = 'field "flags" is in the input already'
    report('names-unique', { message, span, repair: 'rename it with `normalize`' })
  }
  const clash = input.key.find((key) => QUALITY_FIELDS.some(({ name }) => name === key))
  if (clash !== undefined) {
    const message = `"${clash}" is part of the key, and a field of the output "quality"`
    report('names-unique', { message, span, repair: 'rename the key field with `normalize`' })
  }
}
