// What include refuses, and that a file which is included is read like the topology itself.
import { expect, test } from 'vitest'
import type { Diagnostic } from './diagnostic.ts'
import { expectDiagnostics, filesOf } from './expect-diagnostics.ts'
import type { Finder } from './expect-diagnostics.ts'
import { readDeclaration } from './read-declaration.ts'

const files = filesOf({
  'shared/fx.yaml': `
topics:
  quotes: { topic: q, schema: market/Quote, key: symbol }
fate: { bad: fail, late: fail, duplicate: fail }
`.slice(1),
  'named.yaml': 'topology: other\nstep: 1\n',
  'broken.yaml': 'topics: { a\n',
  'list.yaml': '- a\n',
  'a.yaml': 'include: [b.yaml]\n',
  'b.yaml': 'include: [./a.yaml]\n',
})
const find: Finder = (source, report) => readDeclaration(source, files, report)

test('says which files are not there', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    include: [gone.yaml, sub/../gone2.yaml]
    `,
    `
    error[includes-found]: file "gone.yaml" is not there
      topology.yaml:2:11
        |
      2 | include: [gone.yaml, sub/../gone2.yaml]
        |           ^^^^^^^^^ check the path
        |
        = it was looked for at gone.yaml

    error[includes-found]: file "gone2.yaml" is not there
      topology.yaml:2:22
        |
      2 | include: [gone.yaml, sub/../gone2.yaml]
        |                      ^^^^^^^^^^^^^^^^^ check the path
        |
        = it was looked for at gone2.yaml
    `,
  )
})

test('refuses paths out of the folder of the machine', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    include: [/etc/x, "c:/x.yaml", a\\b.yaml, ""]
    `,
    `
    error[includes-found]: path "/etc/x" is absolute
      topology.yaml:2:11
        |
      2 | include: [/etc/x, "c:/x.yaml", a\\b.yaml, ""]
        |           ^^^^^^ write it from the topology's folder, with /

    error[includes-found]: path "c:/x.yaml" is absolute
      topology.yaml:2:19
        |
      2 | include: [/etc/x, "c:/x.yaml", a\\b.yaml, ""]
        |                   ^^^^^^^^^^^ write it from the topology's folder, with /

    error[includes-found]: path "a\\b.yaml" holds a backslash
      topology.yaml:2:32
        |
      2 | include: [/etc/x, "c:/x.yaml", a\\b.yaml, ""]
        |                                ^^^^^^^^ write it from the topology's folder, with /

    error[includes-found]: path "" is empty
      topology.yaml:2:42
        |
      2 | include: [/etc/x, "c:/x.yaml", a\\b.yaml, ""]
        |                                          ^^ write it from the topology's folder, with /
    `,
  )
})

test('refuses what is no list of files', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    include: shared/fx.yaml
    `,
    `
    error[shape]: "include" is the text "shared/fx.yaml"
      topology.yaml:2:10
        |
      2 | include: shared/fx.yaml
        |          ^^^^^^^^^^^^^^ write a list of files
    `,
  )
})

test('refuses items that are no paths', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    include: [{ a: b }, [c], null]
    `,
    `
    error[shape]: an item of "include" is empty
      topology.yaml:2:1
        |
      2 | include: [{ a: b }, [c], null]
        | ^^^^^^^ write the path of a file

    error[shape]: an item of "include" is a map
      topology.yaml:2:11
        |
      2 | include: [{ a: b }, [c], null]
        |           ^^^^^^^^ write the path of a file

    error[shape]: an item of "include" is a list
      topology.yaml:2:21
        |
      2 | include: [{ a: b }, [c], null]
        |                     ^^^ write the path of a file
    `,
  )
})

test('refuses the file itself', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    include: [./topology.yaml]
    `,
    `
    error[includes-found]: "./topology.yaml" includes itself
      topology.yaml:2:11
        |
      2 | include: [./topology.yaml]
        |           ^^^^^^^^^^^^^^^ leave it out
        |
        = topology.yaml -> topology.yaml
    `,
  )
})

test('shows the way round a circle', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    include: [a.yaml]
    `,
    `
    error[includes-found]: "./a.yaml" includes itself
      b.yaml:1:11
        |
      1 | include: [./a.yaml]
        |           ^^^^^^^^ leave it out
        |
        = a.yaml -> b.yaml -> a.yaml
    `,
  )
})

test('shows both files of a name that is declared twice', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    include: [shared/fx.yaml]
    steps:
      quotes: { from: x, filter: y }
    fate: { bad: skip, late: skip, duplicate: skip }
    `,
    `
    error[names-unique]: topic "quotes" has the name of a step
      shared/fx.yaml:2:3
        |
      2 |   quotes: { topic: q, schema: market/Quote, key: symbol }
        |   ^^^^^^ choose another name
        |
      topology.yaml:4:3
        |
      4 |   quotes: { from: x, filter: y }
        |   ^^^^^^ the step is declared here

    error[names-unique]: "fate" is stated in two files
      shared/fx.yaml:3:1
        |
      3 | fate: { bad: fail, late: fail, duplicate: fail }
        | ^^^^ remove one
        |
      topology.yaml:5:1
        |
      5 | fate: { bad: skip, late: skip, duplicate: skip }
        | ^^^^ the first is here
    `,
  )
})

test('refuses a second topology and reads on', () => {
  expectDiagnostics(
    find,
    `
    topology: t
    include: [named.yaml, list.yaml, broken.yaml]
    `,
    `
    error[yaml-valid]: "{" is never closed
      broken.yaml:1:9
        |
      1 | topics: { a
        |         ^ close it with "}", and indent what is inside

    error[shape]: the included file is a list
      list.yaml:1:1
        |
      1 | - a
        | ^^^ write sections such as topics or steps

    error[shape]: an included file has a "topology" of its own
      named.yaml:1:1
        |
      1 | topology: other
        | ^^^^^^^^ remove it: the file that includes is the topology

    error[shape]: the included file has no key "step"
      named.yaml:2:1
        |
      2 | step: 1
        | ^^^^ did you mean "steps"?
        |
        = its keys are topology, include, parameters, require, calendars, sources, topics, fate,
          steps, sinks
    `,
  )
})

test('reads a file once, whichever ways lead to it', () => {
  const found: Diagnostic[] = []
  const declaration = readDeclaration(
    {
      path: 'apps/fx/topology.yaml',
      text: 'topology: fx\ninclude: [one.yaml, two.yaml, shared.yaml]\n',
    },
    filesOf({
      'one.yaml': 'include: [shared.yaml]',
      'two.yaml': 'include: [./shared.yaml]\nparameters: { a: 1 }',
      'shared.yaml': 'parameters: { b: 2 }',
    }),
    (diagnostic) => found.push(diagnostic),
  )
  expect(found).toEqual([])
  expect(declaration?.parameters.map((each) => each.name.value)).toEqual(['b', 'a'])
  expect(declaration?.included.map((root) => root.span.source.path)).toEqual([
    'apps/fx/one.yaml',
    'apps/fx/shared.yaml',
    'apps/fx/two.yaml',
  ])
})
