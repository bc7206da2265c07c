import { createRequire } from 'node:module'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ownFault } from '../kafka-fault.ts'
import { requestQueue, type WaitingRequest } from './request-queue.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function request(id: number, timeoutMs: number, rejected: number[] = []): WaitingRequest {
  const reject = () => void rejected.push(id)
  return { id, what: `Fetch ${id}`, timeoutMs, resolve: () => undefined, reject }
}

test('has one timer for all that waits and none for ever', () => {
  const queue = requestQueue(() => undefined)
  expect(vi.getTimerCount()).toBe(0)
  for (let id = 0; id < 5; id += 1) queue.push(request(id, 1_000))
  expect(vi.getTimerCount()).toBe(1)
  for (let id = 0; id < 5; id += 1) expect(queue.shift()?.id).toBe(id)
  vi.advanceTimersByTime(1_000)
  expect(vi.getTimerCount()).toBe(0)
})

test("is cured of what kafkajs's own queue does: a timer for ever", () => {
  const require = createRequire(import.meta.url)
  const Original = require('kafkajs/src/network/requestQueue/index.js') as new (
    options: object,
  ) => { push: (request: object) => void; fulfillRequest: (answer: object) => void }
  const original = new Original({
    ...{ maxInFlightRequests: null, requestTimeout: 1_000, enforceRequestTimeout: true },
    logger: { debug: () => undefined, warn: () => undefined },
  })
  const settled = { resolve: () => undefined, reject: () => undefined }
  const entry = { correlationId: 1, ...settled }
  original.push({ entry, expectResponse: true, sendRequest: () => undefined })
  original.fulfillRequest({ correlationId: 1, payload: Buffer.alloc(0), size: 0 })
  for (let turn = 0; turn < 100; turn += 1) vi.advanceTimersToNextTimer()
  expect(vi.getTimerCount()).toBe(1)
})

test('tells of the first request that is past its deadline, whatever came before it', () => {
  const late: number[] = []
  const queue = requestQueue(({ id }) => void late.push(id))
  queue.push(request(1, 10_000))
  queue.push(request(2, 100))
  queue.push(request(3, 50))
  vi.advanceTimersByTime(49)
  expect(late).toEqual([])
  vi.advanceTimersByTime(2)
  expect(late).toEqual([3])
})

test('counts deadlines from when the broker takes requests again', () => {
  const late: number[] = []
  const queue = requestQueue(({ id }) => void late.push(id))
  queue.throttle(1_000)
  queue.push(request(1, 100))
  vi.advanceTimersByTime(1_000)
  expect(late).toEqual([])
  vi.advanceTimersByTime(101)
  expect(late).toEqual([1])
})

test('rejects all in their order, and then stands still', () => {
  const rejected: number[] = []
  const queue = requestQueue(() => undefined)
  for (const id of [4, 5, 6]) queue.push(request(id, 1_000, rejected))
  queue.rejectAll(ownFault('CONNECTION', 'gone'))
  expect(rejected).toEqual([4, 5, 6])
  expect([queue.shift(), vi.getTimerCount()]).toEqual([undefined, 0])
})
