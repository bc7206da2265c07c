// validate: holds every record to rules and checks. What breaks one is rejected with its name as
// the reason, or goes on with a flag and a record in `quality`. A record that is rejected is as if
// it had not come, but that prices in a row that jump to one level become the sound one.
import type { Value } from '../schemas/type.ts'
import { block, struct } from '../topology/config.ts'
import { compileExpression } from '../topology/expression/compile.ts'
import type { StoreType } from '../topology/signature.ts'
import { type Binding, operator, type Step, type Turn } from './operator.ts'
import { actionsOf, checksMade, rulesOf, type ValidateConfig } from './quality/actions.ts'
import { checkFields } from './quality/check-config.ts'
import { type Check, makeChecks, sightReader } from './quality/checks.ts'
import { type Finding, flaggedOutputs, qualityOf, withFlags } from './quality/findings.ts'
import { judgePrice, moveLevel } from './quality/level.ts'
import { type KeyMemory, memoryRecord, newMemory, remember } from './quality/memory.ts'
import { priceReader } from './quality/price.ts'
import { reportProblems } from './quality/problems.ts'

const STORE = 'memory'

const USUAL_RECOVER = 3

/** Checks that compare a record with what came before. */
const REMEMBERING: ReadonlySet<string> = new Set([
  ...['duplicate', 'gap', 'jump', 'out_of_order', 'sequence'],
])

export const validate = operator({
  name: 'validate',
  summary:
    'Holds records to rules and checks: what breaks one is rejected by its name, or flagged.',
  config: struct({
    rules: block({
      summary: 'Rule by expression that must be true.',
      shadow: 'allow',
      optional: true,
    }),
    ...checkFields,
  }),
  fates: ['bad', 'late', 'duplicate'],
  infer: (inference) => {
    const { step, config, input } = inference
    const actions = actionsOf(config)
    reportProblems(inference, actions)
    const mayFlag = [...actions.values()].includes('flag')
    const memory: StoreType = { key: input.key, entry: memoryRecord(step) }
    return {
      outputs: mayFlag ? flaggedOutputs(step, input) : { main: input },
      stores: remembers(config) ? { [STORE]: memory } : {},
      lookback: 0,
    }
  },
  example: `
topology: validate-example
topics:
  quotes: { topic: market.quotes, schema: market/Quote, key: symbol, time: time }
  quality: { topic: market.quality, schema: market/Quality, key: symbol }
fate: { bad: dead-letter, late: skip, duplicate: skip }
steps:
  sound:
    from: quotes
    validate:
      rules:
        positive: bid > 0
        plausible: ask < 10
        tight: ask - bid < 0.5
      crossed: true
      jump: 10%
      gap: 1m
      duplicate: [bid, ask]
      flag: tight
    to: { quality: quality }
---
tests:
  - it: rejects what is wrong, flags what is odd, and says why
    feed:
      quotes:
        - value: { symbol: EURUSD, bid: 1.1, ask: 1.2, time: 1s }
        - value: { symbol: EURUSD, bid: 1.1, ask: 1.2, time: 1s }
        - value: { symbol: EURUSD, bid: 1.3, ask: 1.2, time: 2s }
        - value: { symbol: EURUSD, bid: 11, ask: 12, time: 3s }
        - value: { symbol: EURUSD, bid: 2.1, ask: 2.2, time: 4s }
        - value: { symbol: EURUSD, bid: 1, ask: 1.5, time: 90s }
    expect:
      sound:
        - value: { bid: 1.1, flags: [] }
        - value: { bid: 1, flags: [gap, tight] }
      quality:
        - value: { check: gap, value: 89, limit: 60 }
        - value: { check: tight, value: null, limit: null }
      dead-letters:
        - value: { fate: bad, reason: 'breaks the check "crossed"' }
        - value: { fate: bad, reason: 'breaks the rule "plausible"' }
        - value: { fate: bad, reason: 'breaks the check "jump"' }
    fates: { sound: { duplicate: 1, bad: 3 } }
`,
  step: (binding) => {
    const { config } = binding
    const hasRulesAlone = checksMade(config).length === 0 && config.flag === undefined
    return hasRulesAlone ? holdToRules(config) : holdToAll(binding)
  },
})

function remembers(config: ValidateConfig): boolean {
  return checksMade(config).some((name) => REMEMBERING.has(name))
}

/** The way of most records, short for their sake. */
function holdToRules(config: ValidateConfig): Step {
  // By name, so that the order in the file decides nothing.
  const rules = rulesOf(config)
    .map(({ name, expression }) => ({ name, holds: compileExpression(expression) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return {
    onRecord: ({ value }, turn) => {
      if (value === null) return
      const broken = rules.filter(({ holds }) => holds(value) !== true)
      if (broken.length === 0) turn.emit(value)
      else turn.reject('bad', reasonOf(broken.map(({ name }) => ({ name, isRule: true }))))
    },
  }
}

function holdToAll({ config, input, store }: Binding<ValidateConfig>): Step {
  const checks = makeChecks(config)
  const see = sightReader(config)
  const memories = remembers(config) ? store<KeyMemory>(STORE) : undefined
  const { jump: limit, recover = USUAL_RECOVER } = config
  const priceOf = limit === undefined ? undefined : priceReader(input.record, config.price)
  const actions = actionsOf(config)
  const letThrough = [...actions.values()].includes('flag') ? sendFlagged(input.key) : sendAsItIs
  return {
    onRecord: ({ key, value, time }, turn) => {
      if (value === null) return
      const known = memories?.get(key)
      const sight = see({ value, time, now: turn.now, memory: known })
      // Few records break anything, so nothing is allocated until one does.
      let [findings, broken]: [Finding[]?, Check[]?] = []
      for (const check of checks) {
        const measured = check.measure(sight)
        if (measured === undefined) continue
        if (check.action !== 'flag') (broken ??= []).push(check)
        else (findings ??= []).push({ check: check.name, value: measured, limit: check.limit })
      }
      if (broken !== undefined) {
        rejectFor(broken, turn)
        return
      }
      const price = priceOf?.(value)
      const jump =
        known && price !== undefined && limit !== undefined
          ? judgePrice(known, price, { limit, recover })
          : undefined
      const isRejected = jump !== undefined && actions.get('jump') !== 'flag'
      if (memories !== undefined) {
        const memory = memories.edit(key, () => newMemory(time))
        if (price !== undefined) moveLevel(memory, price, jump)
        if (!isRejected) remember(memory, sight)
      }
      if (isRejected) {
        turn.reject('bad', reasonOf([{ name: 'jump', isRule: false }]))
        return
      }
      if (jump) {
        findings = [...(findings ?? []), { check: 'jump', value: jump.move, limit: limit ?? null }]
      }
      letThrough(sight, findings, turn)
    },
  }
}

type LetThrough = (
  record: { readonly value: Value; readonly time: number },
  findings: readonly Finding[] | undefined,
  turn: Turn,
) => void

const sendAsItIs: LetThrough = ({ value }, _findings, turn) => turn.emit(value)

function sendFlagged(keyFields: readonly string[]): LetThrough {
  return ({ value, time }, findings, turn) => {
    if (findings === undefined) {
      turn.emit(withFlags(value, []))
      return
    }
    const sorted = findings.toSorted((a, b) => (a.check < b.check ? -1 : 1))
    turn.emit(withFlags(value, sorted))
    const key = Object.fromEntries(keyFields.map((field) => [field, value[field]]))
    for (const each of sorted) turn.emit(qualityOf(each, key, time), { output: 'quality' })
  }
}

/** A repeat is no more than that, whatever else is wrong with it; what is bad is not just late. */
const FATES = ['duplicate', 'bad', 'late'] as const

function rejectFor(broken: readonly Check[], turn: Turn): void {
  const fate = FATES.find((each) => broken.some(({ action }) => action === each))
  if (fate === undefined) throw new Error('a record that breaks nothing is rejected')
  if (fate === 'duplicate') turn.reject(fate, 'repeats an earlier record of its time')
  else turn.reject(fate, reasonOf(broken))
}

/** `breaks the rules "a", "b" and the check "crossed"`. */
function reasonOf(broken: readonly Pick<Check, 'name' | 'isRule'>[]): string {
  const parts = (['rule', 'check'] as const).flatMap((word) => {
    const names = broken.filter(({ isRule }) => isRule === (word === 'rule'))
    if (names.length === 0) return []
    const quoted = names.map(({ name }) => `"${name}"`).join(', ')
    return [`the ${word}${names.length === 1 ? '' : 's'} ${quoted}`]
  })
  return `breaks ${parts.join(' and ')}`
}
