// YAML as a tree with places, and broken YAML in the user's words at the token that is at fault.
import { expect, test } from 'vitest'
import type { Diagnostic } from './diagnostic.ts'
import { expectDiagnostics } from './expect-diagnostics.ts'
import type { Finder } from './expect-diagnostics.ts'
import { readTree } from './read-tree.ts'
import type { Node } from './tree.ts'

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

test('refuses anchors, aliases and merge keys', () => {
  expectDiagnostics(
    find,
    `
    base: &base { a: 1 }
    use: *base
    b:
      <<: *base
    `,
    `
    error[yaml-plain]: "&base" is an anchor of YAML, not of the language
      topology.yaml:1:7
        |
      1 | base: &base { a: 1 }
        |       ^^^^^ write the value out where it is used, or put an expression in quotes

    error[yaml-plain]: "*base" is an alias of YAML, not of the language
      topology.yaml:2:6
        |
      2 | use: *base
        |      ^^^^^ write the value out where it is used, or put an expression in quotes

    error[yaml-plain]: "*base" is an alias of YAML, not of the language
      topology.yaml:4:7
        |
      4 |   <<: *base
        |       ^^^^^ write the value out where it is used, or put an expression in quotes
    `,
  )
})

test('refuses tags on what is no scalar', () => {
  expectDiagnostics(
    find,
    `
    a: !!map { b: 1 }
    b: !pairs [1]
    !key c: 1
    `,
    `
    error[yaml-plain]: "!!map" is a tag of YAML, not of the language
      topology.yaml:1:4
        |
      1 | a: !!map { b: 1 }
        |    ^^^^^ leave it out, or put the value in quotes

    error[yaml-plain]: "!pairs" is a tag of YAML, not of the language
      topology.yaml:2:4
        |
      2 | b: !pairs [1]
        |    ^^^^^^ leave it out, or put the value in quotes

    error[yaml-plain]: "!key" is a tag of YAML, not of the language
      topology.yaml:3:1
        |
      3 | !key c: 1
        | ^^^^ leave it out, or put the value in quotes
    `,
  )
})

test('refuses directives and second documents', () => {
  expectDiagnostics(
    find,
    `
    %YAML 1.1
    ---
    a: yes
    ---
    b: 1
    ---
    c: 1
    `,
    `
    error[yaml-plain]: "%YAML 1.1" is a directive of YAML, not of the language
      topology.yaml:1:1
        |
      1 | %YAML 1.1
        | ^^^^^^^^^ leave it out

    error[yaml-plain]: a second document begins in the file
      topology.yaml:4:1
        |
      4 | ---
        | ^^^ write one topology a file
    `,
  )
})

test('refuses keys that are maps or lists', () => {
  expectDiagnostics(
    find,
    `
    ? [a]
    : b
    { c: 1 }: d
    `,
    `
    error[yaml-plain]: a list stands where a key should
      topology.yaml:1:3
        |
      1 | ? [a]
        |   ^^^ write a word, or put the value in quotes

    error[yaml-plain]: a map stands where a key should
      topology.yaml:3:1
        |
      3 | { c: 1 }: d
        | ^^^^^^^^ write a word, or put the value in quotes
    `,
  )
})

/** A tree as `kind:text`, with the source of every span, so that a span that is off shows. */
function sketch(node: Node): unknown {
  const { source, start, end } = node.span
  const at = source.text.slice(start, end)
  if (node.kind === 'list') return { at, items: node.items.map(sketch) }
  if (node.kind === 'map') {
    const entries = node.entries.map(({ key, value }) => [key.text, sketch(value)])
    return { at, flow: node.flow, entries: Object.fromEntries(entries) as unknown }
  }
  const { value, text, style, flow, tag } = node
  return { at, value, text, style, flow, ...(tag !== undefined && { tag }) }
}

function treeOf(text: string): unknown {
  const found: Diagnostic[] = []
  const tree = readTree({ path: 'topology.yaml', text }, (each) => found.push(each))
  expect(found).toEqual([])
  return tree && sketch(tree)
}

const plain = { style: 'plain', flow: false }
test.each([
  ['1.0', { at: '1.0', value: 1, text: '1.0', ...plain }],
  ['1e3', { at: '1e3', value: 1000, text: '1e3', ...plain }],
  ['0x10', { at: '0x10', value: 16, text: '0x10', ...plain }],
  ['1s # a second', { at: '1s', value: '1s', text: '1s', ...plain }],
  ['yes', { at: 'yes', value: 'yes', text: 'yes', ...plain }],
  ['true', { at: 'true', value: true, text: 'true', ...plain }],
  ['~', { at: '~', value: null, text: '~', ...plain }],
  ["'it''s' ", { at: "'it''s'", value: "it's", text: "it's", style: 'quoted', flow: false }],
  ['"1"', { at: '"1"', value: '1', text: '1', style: 'quoted', flow: false }],
  ['a &&\n b', { at: 'a &&\n b', value: 'a && b', text: 'a && b', ...plain }],
  ['>-\n a\n b\n', { at: '>-\n a\n b\n', value: 'a b', text: 'a b', style: 'block', flow: false }],
  ['!ready(x)', { at: '!ready(x)', value: '', text: '', ...plain, tag: '!ready(x)' }],
  ['!a + b', { at: '!a + b', value: '+ b', text: '+ b', ...plain, tag: '!a' }],
  ['! x', { at: '! x', value: 'x', text: 'x', ...plain, tag: '!' }],
])('reads the scalar %s', (text, scalar) => {
  expect(treeOf(`key: ${text}`)).toMatchObject({ entries: { key: scalar } })
})

test('reads collections with the span of what they hold', () => {
  const y = { at: 'y', value: 'y', text: 'y', ...plain }
  const z = { at: 'z', value: 'z', text: 'z', style: 'plain', flow: true }
  expect(treeOf('a:\n  b: y\n  # note\n\nc:\n- y\n\nd: { e: [z] } # end\n')).toEqual({
    at: 'a:\n  b: y\n  # note\n\nc:\n- y\n\nd: { e: [z] }',
    flow: false,
    entries: {
      a: { at: 'b: y', flow: false, entries: { b: y } },
      c: { at: '- y', items: [y] },
      d: { at: '{ e: [z] }', flow: true, entries: { e: { at: '[z]', items: [z] } } },
    },
  })
})

test('keeps what a comma cuts off as a key without a value', () => {
  expect(treeOf('{ buy: f(a, b) }')).toMatchObject({
    entries: { buy: { text: 'f(a' }, 'b)': { at: '', value: null, text: '' } },
  })
})
