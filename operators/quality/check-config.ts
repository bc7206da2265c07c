// The checks of `validate` beside its rules, as its config names them. A check is made where its
// field is there.
import { DOUBLE } from '../../schemas/type.ts'
import {
  boolean,
  type ConfigOf,
  duration,
  expression,
  field,
  list,
  number,
  text,
} from '../../topology/config.ts'

export const checkFields = {
  crossed: boolean({ summary: 'Whether the bid may not be above the ask.', optional: true }),
  locked: boolean({ summary: 'Whether the bid may not equal the ask.', optional: true }),
  jump: number({
    summary: 'How far a price may be from the last sound price of the key, such as `10%`.',
    min: 0,
    max: 1,
    optional: true,
  }),
  recover: number({
    summary:
      'Which of prices in a row that jump to one level makes it the sound one; 3 if left out.',
    min: 2,
    max: 1_000,
    integer: true,
    optional: true,
  }),
  price: expression(DOUBLE, {
    summary: 'The price that may jump; by default `price`, the mid of `bid` and `ask`, or `close`.',
    optional: true,
  }),
  gap: duration({
    summary: 'How long after the greatest event time of the key the next record may come.',
    optional: true,
  }),
  sequence: expression('any', {
    summary: 'A whole number that is one more than that of the record before it of the key.',
    optional: true,
  }),
  duplicate: list(field({ summary: 'A field.' }), {
    summary:
      'Fields in which the key must not repeat itself at one event time; the last 32 are known.',
    orOne: true,
    optional: true,
  }),
  stale: duration({
    summary: 'How long after its event time a record may become known.',
    optional: true,
  }),
  skew: duration({
    summary: 'How far its event time may be ahead of the clock when the record becomes known.',
    optional: true,
  }),
  out_of_order: duration({
    summary: 'How far its event time may be before the greatest of the key; late if rejected.',
    optional: true,
  }),
  flag: list(text({ summary: 'A check or rule.' }), {
    summary: 'What only flags; by default locked, gap, sequence, stale, skew and out_of_order.',
    orOne: true,
    optional: true,
  }),
  reject: list(text({ summary: 'A check or rule.' }), {
    summary: 'What rejects; by default rules, crossed and jump as bad, duplicate as duplicate.',
    orOne: true,
    optional: true,
  }),
} as const

export type CheckConfig = {
  readonly [K in keyof typeof checkFields]: ConfigOf<(typeof checkFields)[K]>
}
