// What of YAML is no part of the language.
import { test } from 'vitest'
import { expectDiagnostics } from './expect-diagnostics.ts'
import type { Finder } from './expect-diagnostics.ts'
import { readTree } from './read-tree.ts'

const find: Finder = (source, report) => readTree(source, report)

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
