import { expect, test } from 'vitest'
import { originalBytes, originalOf } from './original.ts'

test.each([
  ['text', Buffer.from('EURUSD,1.5')],
  ['nothing', Buffer.alloc(0)],
  ['letters beyond ASCII', Buffer.from('Zürich €')],
  ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ['text that looks packed', Buffer.from('base64:AAAA')],
])('gives the bytes back of %s', (_, bytes) => {
  expect(originalBytes(originalOf(bytes)).equals(bytes)).toBe(true)
})
