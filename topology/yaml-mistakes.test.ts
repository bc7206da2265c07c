// Broken YAML in the user's words, at the token that is at fault.
import { test } from 'vitest'
import { expectDiagnostics } from './expect-diagnostics.ts'
import type { Finder } from './expect-diagnostics.ts'
import { readTree } from './read-tree.ts'

const find: Finder = (source, report) => readTree(source, report)

test('shows every tab that indents a line', () => {
  expectDiagnostics(
    find,
    `
    steps:
      clean:
    	from: x
      other:
    	from: y
    `,
    `
    error[yaml-valid]: a tab indents this line
      topology.yaml:3:1
        |
      3 |     from: x
        | ^^^^ indent with spaces

    error[yaml-valid]: a tab indents this line
      topology.yaml:5:1
        |
      5 |     from: y
        | ^^^^ indent with spaces
    `,
  )
})

test('shows both places of a key that is written twice', () => {
  expectDiagnostics(
    find,
    `
    steps: 1
    topics: { a: 1, b: 2, a: 3 }
    steps: 2
    `,
    `
    error[names-unique]: key "a" is written twice
      topology.yaml:2:23
        |
      2 | topics: { a: 1, b: 2, a: 3 }
        |                       ^ choose another name, or remove one
        |
      topology.yaml:2:11
        |
      2 | topics: { a: 1, b: 2, a: 3 }
        |           ^ the first is here

    error[names-unique]: key "steps" is written twice
      topology.yaml:3:1
        |
      3 | steps: 2
        | ^^^^^ choose another name, or remove one
        |
      topology.yaml:1:1
        |
      1 | steps: 1
        | ^^^^^ the first is here
    `,
  )
})

test('points at a quote that stays open', () => {
  expectDiagnostics(
    find,
    `
    a: "foo
    b: 1
    c: 2
    `,
    `
    error[yaml-valid]: a quote is never closed
      topology.yaml:1:4
        |
      1 | a: "foo
        |    ^ close it with " on this line
    `,
  )
})

test('points at every bracket that stays open', () => {
  expectDiagnostics(
    find,
    `
    steps:
      a: { from: x, filter: [1
      b: { from: y
      c: 1
    `,
    `
    error[yaml-valid]: "{" is never closed
      topology.yaml:2:6
        |
      2 |   a: { from: x, filter: [1
        |      ^ close it with "}", and indent what is inside

    error[yaml-valid]: "{" is never closed
      topology.yaml:3:6
        |
      3 |   b: { from: y
        |      ^ close it with "}", and indent what is inside
    `,
  )
})

test('points at a bracket closed by one of another kind', () => {
  expectDiagnostics(
    find,
    `
    a: [1, 2}
    `,
    `
    error[yaml-valid]: "[" is closed by "}"
      topology.yaml:1:9
        |
      1 | a: [1, 2}
        |         ^ write "]"
        |
      topology.yaml:1:4
        |
      1 | a: [1, 2}
        |    ^ it is opened here
    `,
  )
})

test('points at a bracket that closes nothing, once', () => {
  expectDiagnostics(
    find,
    `
    a: { b: 1 }}
    b: }
    `,
    `
    error[yaml-valid]: "}" closes nothing
      topology.yaml:1:12
        |
      1 | a: { b: 1 }}
        |            ^ leave it out, or put the value in quotes

    error[yaml-valid]: "}" closes nothing
      topology.yaml:2:4
        |
      2 | b: }
        |    ^ leave it out, or put the value in quotes
    `,
  )
})

test('takes a bracket behind lines indented too little for one mistake', () => {
  expectDiagnostics(
    find,
    `
    x:
      a: { b: 1,
      c: 2 }
    `,
    `
    error[yaml-valid]: "{" is never closed
      topology.yaml:2:6
        |
      2 |   a: { b: 1,
        |      ^ close it with "}", and indent what is inside
    `,
  )
})

test('points at a key in the wrong column', () => {
  expectDiagnostics(
    find,
    `
    steps:
      clean:
        from: t
       validate: 1
      other: 2
    `,
    `
    error[yaml-valid]: "validate" does not line up with what stands above it
      topology.yaml:4:4
        |
      4 |    validate: 1
        |    ^^^^^^^^ begin it in the column of its neighbours
    `,
  )
})

test('points at a key indented under a value', () => {
  expectDiagnostics(
    find,
    `
    topic:
      key: symbol
        time: time
    `,
    `
    error[yaml-valid]: "time" is indented deeper than what stands above it
      topology.yaml:3:5
        |
      3 |     time: time
        |     ^^^^ begin it in the column of its neighbours
    `,
  )
})

test('points at a line that is no key', () => {
  expectDiagnostics(
    find,
    `
    topology x
    parameters:
      a: 1
    `,
    `
    error[yaml-valid]: "topology x" is no key with a value
      topology.yaml:1:1
        |
      1 | topology x
        | ^^^^^^^^^^ write ":" behind the key
    `,
  )
})

test('says that a colon needs a space', () => {
  expectDiagnostics(
    find,
    `
    topology:x
    steps:
    `,
    `
    error[yaml-valid]: "topology:x" is no key with a value
      topology.yaml:1:1
        |
      1 | topology:x
        | ^^^^^^^^^^ write a space behind ":"
    `,
  )
})

test('points at a word between keys', () => {
  expectDiagnostics(
    find,
    `
    a: 1
    # note
    steps

    b: 2
    `,
    `
    error[yaml-valid]: "steps" is no key with a value
      topology.yaml:3:1
        |
      3 | steps
        | ^^^^^ write ":" behind the key
    `,
  )
})

test('points at a value with a second colon', () => {
  expectDiagnostics(
    find,
    `
    a: price > 0 : b # the ternary of other languages
    `,
    `
    error[yaml-valid]: a value holds ": " outside quotes
      topology.yaml:1:4
        |
      1 | a: price > 0 : b # the ternary of other languages
        |    ^^^^^^^^^^^^^ put the whole value in quotes
    `,
  )
})

test('points at characters that cannot begin a value', () => {
  expectDiagnostics(
    find,
    `
    a: @mid
    b: %x
    c: |x
    d: >5 && 1
    `,
    `
    error[yaml-valid]: a value begins with "@"
      topology.yaml:1:4
        |
      1 | a: @mid
        |    ^^^^ put the whole value in quotes

    error[yaml-valid]: a value begins with "%"
      topology.yaml:2:4
        |
      2 | b: %x
        |    ^^ put the whole value in quotes

    error[yaml-valid]: "x" stands on the line that begins a block of text
      topology.yaml:3:5
        |
      3 | c: |x
        |     ^ put the value in quotes, or begin it on the next line
    `,
  )
})

test('points at what stands behind a closed value', () => {
  expectDiagnostics(
    find,
    `
    a: "x" == side && "y"
    b: [a] c
    `,
    `
    error[yaml-valid]: "==" stands behind a value that has ended
      topology.yaml:1:8
        |
      1 | a: "x" == side && "y"
        |        ^^ put the whole value in one pair of quotes

    error[yaml-valid]: "c" stands behind a value that has ended
      topology.yaml:2:8
        |
      2 | b: [a] c
        |        ^ put the whole value in one pair of quotes
    `,
  )
})

test('points at an escape that is none', () => {
  expectDiagnostics(
    find,
    `
    a: "\\d+"
    `,
    `
    error[yaml-valid]: "\\d" is no escape of a double-quoted text
      topology.yaml:1:5
        |
      1 | a: "\\d+"
        |     ^^ write the backslash twice, or use single quotes
    `,
  )
})

test('points at missing and doubled commas', () => {
  expectDiagnostics(
    find,
    `
    a: {
      b: 1
      c: 2
    }
    d: [1, , 2]
    e: { "a": 1, "b" 2 }
    f: { a: 1 b: 2 }
    `,
    `
    error[yaml-valid]: no "," stands before "c"
      topology.yaml:3:3
        |
      3 |   c: 2
        |   ^ separate with ","

    error[yaml-valid]: "," has nothing before it
      topology.yaml:5:8
        |
      5 | d: [1, , 2]
        |        ^ leave it out

    error[yaml-valid]: no "," stands before "2"
      topology.yaml:6:18
        |
      6 | e: { "a": 1, "b" 2 }
        |                  ^ separate with ",", or put the value in quotes

    error[yaml-valid]: a value in brackets holds ": " outside quotes
      topology.yaml:7:9
        |
      7 | f: { a: 1 b: 2 }
        |         ^^^^^^ write "," between entries, or put the value in quotes
    `,
  )
})

test('points at a comment without a space', () => {
  expectDiagnostics(
    find,
    `
    a: "x"#y
    `,
    `
    error[yaml-valid]: a comment begins without a space before "#"
      topology.yaml:1:7
        |
      1 | a: "x"#y
        |       ^ write " #"
    `,
  )
})

test('points at a list on the line of its key', () => {
  expectDiagnostics(
    find,
    `
    a: - 1
    `,
    `
    error[yaml-valid]: a list begins on the line of its key
      topology.yaml:1:4
        |
      1 | a: - 1
        |    ^ begin a new line
    `,
  )
})
