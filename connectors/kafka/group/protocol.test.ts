import { expect, test } from 'vitest'
import type { MemberData } from './assign.ts'
import { decodeMember, decodeVerdict, encodeMember, encodeVerdict } from './protocol.ts'

const data: MemberData = {
  shape: 'a1b2',
  slots: 8,
  endpoint: 'http://127.0.0.1:8080',
  owned: [1, 5],
  generation: 7,
}

/** A frame as Kafka's own consumers write it, without topics, around any user data. */
function frameOf(userData: string | Buffer): Buffer {
  const body = Buffer.from(userData)
  const frame = Buffer.alloc(10)
  frame.writeInt32BE(body.length, 6)
  return Buffer.concat([frame, body])
}

test('gives back what a member told', () => {
  expect(decodeMember(encodeMember(data, ['quotes', 'trades']))).toEqual(data)
  const silent = { ...data, endpoint: undefined, owned: [] }
  expect(decodeMember(encodeMember(silent, []))).toEqual(silent)
})

test('writes the topics where consumers write theirs', () => {
  const written = encodeMember(data, ['quotes'])
  expect(written.subarray(0, 14).toString('latin1')).toBe('\0\0\0\0\0\x01\0\x06quotes')
})

test('gives back slots with endpoints of several members, and of none', () => {
  const granted = { generation: 3, slots: [0, 2], endpoints: ['b', undefined, 'a', 'b'] }
  expect(decodeVerdict(encodeVerdict({ granted }))).toEqual({ granted })
  const bare = { generation: 1, slots: [], endpoints: [] }
  expect(decodeVerdict(encodeVerdict({ granted: bare }))).toEqual({ granted: bare })
})

test('gives back a refusal', () => {
  const refused = { shape: 'c3', slots: 4 }
  expect(decodeVerdict(encodeVerdict({ refused }))).toEqual({ refused })
})

test('says an endpoint once, however many slots it has', () => {
  const endpoints = Array.from({ length: 500 }, () => 'http://127.0.0.1:8080')
  const bytes = encodeVerdict({ granted: { generation: 1, slots: [], endpoints } })
  expect(bytes.length).toBeLessThan(1500)
})

test('ignores fields of a later form', () => {
  const told = { millrace: 9, ...data, zone: { name: 'eu' } }
  expect(decodeMember(frameOf(JSON.stringify(told)))).toEqual(data)
  const share = { millrace: 9, generation: 2, slots: [1], hint: [] }
  expect(decodeVerdict(frameOf(JSON.stringify(share)))).toEqual({
    granted: { generation: 2, slots: [1], endpoints: [] },
  })
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a frame that ends early', encodeMember(data, ['quotes']).subarray(0, 40)],
  ['a list longer than the frame', Buffer.from('00007fffffff0000', 'hex')],
  ['no user data', frameOf('')],
  ['user data that is no JSON', frameOf('\x01\x02')],
  ['the JSON of something else', frameOf('{"generation":1,"slots":[1],"shape":""}')],
  ['a list', frameOf('[1]')],
  ['fields of other types', frameOf('{"millrace":1,"shape":1,"slots":"2","generation":-1}')],
])('does not take %s for a member or a share', (_, bytes) => {
  expect(decodeMember(bytes)).toBeUndefined()
  expect(decodeVerdict(bytes)).toBeUndefined()
})
