import { expect, test } from 'vitest'
import { DOUBLE } from '../schemas/type.ts'
import { inferredRecord, requireUniqueFields, withUniqueFields } from './inferred-record.ts'

const [x, y] = ['x', 'y'].map((name) => ({ name, type: DOUBLE }))
if (!x || !y) throw new Error('no fields')

test.each([
  ['a step', 'step.AStep'],
  ['clean-up', 'step.CleanUp'],
  ['1st', 'step._1st'],
])('it names the record of step %s as Avro spells names', (step, name) => {
  expect(inferredRecord(step, [x, y])).toEqual({ kind: 'record', name, fields: [x, y] })
})

test('it throws at a record with a field twice, of an output or a store', () => {
  const typed = (fields: (typeof x)[], entry: (typeof x)[]) => ({
    outputs: { main: { record: inferredRecord('a', fields), key: [], lateness: 0 } },
    stores: { kept: { key: [], entry: inferredRecord('a-kept', entry) } },
    lookback: 0,
  })
  const said = 'step "a" has two fields "x" in one record'
  expect(() => {
    requireUniqueFields('a', typed([x, y, x], [y]))
  }).toThrow(said)
  expect(() => {
    requireUniqueFields('a', typed([x], [x, y, x]))
  }).toThrow(said)
  requireUniqueFields('a', typed([x, y], [y, x]))
})

test('it keeps the last of the fields with one name, in the place of the first', () => {
  const record = inferredRecord('a', [x, y, { ...x, doc: 'again' }])
  const type = { outputs: { main: { record, key: [], lateness: 0 } }, stores: {}, lookback: 0 }
  const { outputs } = withUniqueFields(type)
  expect(outputs['main']?.record.fields).toEqual([{ ...x, doc: 'again' }, y])
})
