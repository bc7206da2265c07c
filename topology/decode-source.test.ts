// Bytes that are text, and bytes that are not.
import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { decodeSource } from './decode-source.ts'
import type { Diagnostic } from './diagnostic.ts'
import { renderDiagnostics } from './render.ts'

function decode(bytes: Uint8Array): { text: string | undefined; rendered: string } {
  const found: Diagnostic[] = []
  const source = decodeSource(bytes, 'topology.yaml', (each) => found.push(each))
  return { text: source?.text, rendered: renderDiagnostics(found, { summary: false }) }
}

test.each([
  ['text of every width', 'a: é 日 🚀 \uFFFD\n', 'a: é 日 🚀 \uFFFD\n'],
  ['a byte order mark, which it takes off', '\uFEFFa: b', 'a: b'],
  ['nothing', '', ''],
])('decodes %s', (_, given, text) => {
  expect(decode(Buffer.from(given))).toEqual({ text, rendered: '' })
})

test.each([
  ['a byte of another encoding', [...Buffer.from('a: caf'), 0xe9, 0x0a], 6],
  ['a character that is cut off', [...Buffer.from('a: caf'), 0xf0, 0x9f], 6],
  ['a stray byte like the sign for one', [...Buffer.from('a: caf'), 0xef, 0xbf, 0x20], 6],
])('points at %s', (_, bytes, byte) => {
  const { text, rendered } = decode(Uint8Array.from(bytes))
  expect(text).toBeUndefined()
  expect(rendered.split('\n').filter((line) => !line.startsWith('  1 |'))).toEqual([
    'error[yaml-valid]: the file is not UTF-8 text',
    '  topology.yaml:1:7',
    '    |',
    `    |       ^ byte ${byte} cannot be read`,
    '    |',
    '    = save it with the encoding UTF-8',
  ])
})

test('points into a file of the encoding UTF-16', () => {
  const { text, rendered } = decode(Buffer.from('\uFEFFa: b\n', 'utf16le'))
  expect(text).toBeUndefined()
  expect(rendered).toContain('topology.yaml:1:1\n')
})
