import { expect, test } from 'vitest'
import { CLOSE, createFrameReader, encodeFrame, PING, ProtocolProblem, TEXT } from './frame.ts'

const MASK = Uint8Array.of(1, 2, 3, 250)
const open = (masked = false, longest = 1 << 20) => createFrameReader({ masked, longest })
const text = (content: string) => Buffer.from(content, 'utf8')

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('reads back %i bytes', (length) => {
  const payload = Buffer.alloc(length, 'x')
  for (const mask of [undefined, MASK]) {
    const frames = open(mask !== undefined)(encodeFrame(TEXT, payload, mask))
    expect(frames.map(({ opcode }) => opcode)).toEqual([TEXT])
    expect(frames[0]?.payload.equals(payload)).toBe(true)
  }
})

test('writes as the examples of RFC 6455 have it', () => {
  expect(encodeFrame(TEXT, text('Hello')).toString('hex')).toBe('810548656c6c6f')
  const mask = Buffer.from('37fa213d', 'hex')
  expect(encodeFrame(TEXT, text('Hello'), mask).toString('hex')).toBe('818537fa213d7f9f4d5158')
})

test('reads frames that come in pieces, or several at once', () => {
  const bytes = Buffer.concat([encodeFrame(TEXT, text('one')), encodeFrame(TEXT, text('two'))])
  const read = open()
  const seen = [...bytes].flatMap((byte) => read(Buffer.of(byte)))
  expect(seen.map(({ payload }) => payload.toString())).toEqual(['one', 'two'])
  expect(open()(bytes).map(({ payload }) => payload.toString())).toEqual(['one', 'two'])
})

test('puts fragments together, with control frames between them', () => {
  const first = encodeFrame(TEXT, text('Hel'))
  first[0] = TEXT
  const last = encodeFrame(0, text('lo'))
  const frames = open()(Buffer.concat([first, encodeFrame(PING, text('?')), last]))
  expect(frames.map(({ opcode, payload }) => [opcode, payload.toString()])).toEqual([
    [PING, '?'],
    [TEXT, 'Hello'],
  ])
})

const beginning = encodeFrame(TEXT, text('a'))
beginning[0] = TEXT
const longClose = encodeFrame(CLOSE, Buffer.alloc(126))
const extended = encodeFrame(TEXT, text('a'))
extended[0] = 0xc1

test.each<[what: string, bytes: Buffer]>([
  ['a mask that should not be there', encodeFrame(TEXT, text('a'), MASK)],
  ['an extension', extended],
  ['a control frame that is too long', longClose],
  ['a fragment without a beginning', encodeFrame(0, text('a'))],
  ['a message inside another', Buffer.concat([beginning, encodeFrame(TEXT, text('b'))])],
  ['a message that is too long', encodeFrame(TEXT, Buffer.alloc(1001))],
])('refuses %s', (_, bytes) => {
  expect(() => open(false, 1000)(bytes)).toThrow(ProtocolProblem)
})

test('refuses fragments that are too long together', () => {
  const read = open(false, 10)
  const first = encodeFrame(TEXT, Buffer.alloc(6))
  first[0] = TEXT
  expect(read(first)).toEqual([])
  expect(() => read(encodeFrame(0, Buffer.alloc(6)))).toThrow(/over 10 bytes/)
})
