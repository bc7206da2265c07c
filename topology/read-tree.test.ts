// YAML as a tree of values with their places.
import { expect, test } from 'vitest'
import type { Diagnostic } from './diagnostic.ts'
import { readTree } from './read-tree.ts'
import type { Node } from './tree.ts'

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
