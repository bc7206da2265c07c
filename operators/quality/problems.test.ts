import { expect, test } from 'vitest'
import { refusal } from '../../test/expect-table.ts'

test('says which field a check misses, or that it has the wrong type', () => {
  const book = 'time key bid:double? size'
  expect(refusal('validate', 'crossed: true', book)).toMatchInlineSnapshot(`
    "error[fields-exist]: "crossed" compares "bid" and "ask", and the input has no "ask"
      topology.yaml:9:16
        |
      9 |       crossed: true
        |                ^^^^ make it in a \`normalize\` step before this one

    error[types-agree]: "crossed" compares numbers, and "bid" is double?
      topology.yaml:9:16
        |
      9 |       crossed: true
        |                ^^^^ make it in a \`normalize\` step before this one

    2 errors"
  `)
  expect(refusal('validate', 'jump: 10%', book)).toMatchInlineSnapshot(`
    "error[fields-exist]: the input has no price: no "price", no "bid" and "ask", no "close"
      topology.yaml:9:13
        |
      9 |       jump: 10%
        |             ^^^ say which with \`price:\`

    1 error"
  `)
  expect(refusal('validate', 'sequence: size', book)).toMatchInlineSnapshot(`
    "error[types-agree]: "size" is double, and a sequence counts in whole numbers
      topology.yaml:9:17
        |
      9 |       sequence: size
        |                 ^^^^ convert it, such as with long(...)

    1 error"
  `)
  expect(refusal('validate', 'duplicate: [size, sise]', book)).toMatchInlineSnapshot(`
    "error[fields-exist]: stream "input" has no field "sise"
      topology.yaml:9:25
        |
      9 |       duplicate: [size, sise]
        |                         ^^^^ did you mean "size"?
        |
        = stream "input" has: time, key, bid, size

    1 error"
  `)
  expect(refusal('validate', 'duplicate: [size, raw]', `${book} raw:bytes`)).toMatchInlineSnapshot(`
    "error[types-agree]: "raw" is bytes, which does not tell records apart
      topology.yaml:9:25
        |
      9 |       duplicate: [size, raw]
        |                         ^^^ name fields with one value each

    1 error"
  `)
})

test('refuses to flag or reject by what is not checked, or cannot be', () => {
  const columns = 'time key price'
  expect(refusal('validate', 'gap: 1m\nflag: [gap, stael]', columns)).toMatchInlineSnapshot(`
    "error[config-known]: "flag" names "stael", which is no check or rule that is made here
      topology.yaml:10:19
         |
      10 |       flag: [gap, stael]
         |                   ^^^^^
         |
         = made here: gap

    1 error"
  `)
  expect(refusal('validate', 'gap: 1m\nreject: gap', columns)).toMatchInlineSnapshot(`
    "error[config-typed]: "gap" tells of records that are missing, and cannot reject this one
      topology.yaml:10:15
         |
      10 |       reject: gap
         |               ^^^ remove it: it flags

    1 error"
  `)
  const both = 'stale: 1m\nreject: stale\nflag: stale'
  expect(refusal('validate', both, columns)).toMatchInlineSnapshot(`
    "error[config-typed]: "stale" cannot both flag and reject
      topology.yaml:10:15
         |
      10 |       reject: stale
         |               ^^^^^ remove it from one of the lists

    1 error"
  `)
})

test('refuses names that would mean two things', () => {
  const rules = 'rules:\n  gap: price > 0\ngap: 1m'
  expect(refusal('validate', rules, 'time key price')).toMatchInlineSnapshot(`
    "error[names-unique]: rule "gap" has the name of a check that is made too
      topology.yaml:10:9
         |
      10 |         gap: price > 0
         |         ^^^ choose another name

    1 error"
  `)
  expect(refusal('validate', 'gap: 1m', 'time key flags')).toMatchInlineSnapshot(`
    "error[names-unique]: field "flags" is in the input already
      topology.yaml:8:5
        |
      8 |     validate:
        |     ^^^^^^^^ rename it with \`normalize\`

    1 error"
  `)
  expect(refusal('validate', 'crossed: true', 'time key flags bid ask')).toBe('')
})

test('refuses limits that say nothing', () => {
  const columns = 'time key price'
  expect(refusal('validate', 'jump: 10', columns)).toMatchInlineSnapshot(`
    "error[config-typed]: "jump" takes a number of 1 or less
      topology.yaml:9:13
        |
      9 |       jump: 10
        |             ^^

    1 error"
  `)
  expect(refusal('validate', 'jump: 10%\nrecover: 1', columns)).toMatchInlineSnapshot(`
    "error[config-typed]: "recover" takes a number of 2 or more
      topology.yaml:10:16
         |
      10 |       recover: 1
         |                ^

    1 error"
  `)
  expect(refusal('validate', 'gap: 1m\nprice: price * 2', columns)).toMatchInlineSnapshot(`
    "error[config-known]: "price" has no effect without "jump"
      topology.yaml:10:14
         |
      10 |       price: price * 2
         |              ^^^^^^^^^ remove it, or add \`jump:\`

    1 error"
  `)
})
