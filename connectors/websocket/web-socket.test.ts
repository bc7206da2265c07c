import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openVenue } from '../binance/venue.test-data.ts'
import { PING, PONG, TEXT } from './frame.ts'
import { openWebSocket } from './web-socket.ts'

/** Opens a socket, and gives what it said when it was lost. */
async function untilLost(url: string, silentMs?: number) {
  const texts: string[] = []
  let hasOpened = false
  const reason = await new Promise<string>((resolve) => {
    openWebSocket(
      url,
      {
        onOpen: () => (hasOpened = true),
        onText: (text) => void texts.push(text),
        onLost: resolve,
      },
      silentMs === undefined ? {} : { silentMs },
    )
  })
  return { reason, texts, hasOpened }
}

test('hands messages on in order, and says that it was closed', async () => {
  const venue = await openVenue({
    onSocket: (socket) => {
      for (const message of ['one', 'zwölf', 'x'.repeat(100_000)]) socket.send(message)
      socket.close(1001)
    },
  })
  const { reason, texts, hasOpened } = await untilLost(`${venue.websocket}/stream?streams=a`)
  expect({ reason, hasOpened }).toEqual({
    reason: 'it was closed there with code 1001',
    hasOpened: true,
  })
  expect(texts).toEqual(['"one"', '"zwölf"', `"${'x'.repeat(100_000)}"`])
})

test('answers a ping with what it carried', async () => {
  const venue = await openVenue({
    onSocket: (socket) => socket.sendFrame(PING, Buffer.from('1723')),
    onFrame: ({ opcode, payload }, socket) => {
      if (opcode === PONG && payload.toString() === '1723') socket.close(4000)
    },
  })
  expect((await untilLost(venue.websocket)).reason).toBe('it was closed there with code 4000')
})

test('says why it cannot connect, or was lost', async () => {
  const plain = createServer((_, response) => {
    response.statusCode = 451
    response.end()
  })
  plain.listen(0, '127.0.0.1')
  await once(plain, 'listening')
  const { port } = plain.address() as AddressInfo
  expect((await untilLost(`ws://127.0.0.1:${port}`)).reason).toBe('it answered with status 451')
  plain.closeAllConnections()
  plain.close()
  await once(plain, 'close')
  expect((await untilLost(`ws://127.0.0.1:${port}`)).reason).toMatch(/cannot be reached/)
  const broken = await openVenue({ onSocket: (socket) => socket.destroy() })
  expect((await untilLost(broken.websocket)).reason).toMatch(/it broke off/)
  const odd = await openVenue({ onSocket: (socket) => socket.sendFrame(0, Buffer.alloc(1)) })
  expect((await untilLost(odd.websocket)).reason).toMatch(/broke the protocol/)
  const bytes = await openVenue({ onSocket: (socket) => socket.sendFrame(TEXT, Buffer.of(255)) })
  expect((await untilLost(bytes.websocket)).reason).toMatch(/no text/)
})

test('asks a silent venue whether it lives, and takes it for lost without an answer', async () => {
  const asked: number[] = []
  const venue = await openVenue({ onFrame: ({ opcode }) => void asked.push(opcode) })
  expect((await untilLost(venue.websocket, 30)).reason).toBe('it fell silent')
  expect(asked).toContain(PING)
})

test('ends at once, and says nothing more', async () => {
  const venue = await openVenue({
    onSocket: (socket) => {
      for (let count = 0; count < 100; count += 1) socket.send(count)
    },
  })
  const texts: string[] = []
  const first = Promise.withResolvers<null>()
  const socket = openWebSocket(venue.websocket, {
    onOpen: () => undefined,
    onText: (text) => {
      texts.push(text)
      socket.end()
      first.resolve(null)
    },
    onLost: () => texts.push('lost'),
  })
  onTestFinished(() => socket.end())
  await first.promise
  await new Promise((resolve) => setImmediate(resolve))
  expect(texts).toEqual(['0'])
})
