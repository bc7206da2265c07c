import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { until } from '../../docker/native/until.ts'
import { type FakeBroker, requestFrame, startFakeBroker } from './fake-broker.ts'
import { type Fault, type Rpc, rpcs } from './fault.ts'
import { answerCorrelation, frameCutter } from './frames.ts'
import { type FaultProxy, startProxy } from './proxy.ts'

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

interface Client {
  readonly socket: Socket
  /** Sends requests, with ids from 1 on. */
  readonly ask: (...asked: readonly Rpc[]) => void
  /** Ids of the answers that came. */
  readonly answers: readonly number[]
  readonly frames: readonly Buffer[]
  readonly hasAnswers: (count: number) => Promise<void>
  readonly closed: Promise<unknown>
}

async function scene(...faults: readonly Fault[]): Promise<[FakeBroker, FaultProxy]> {
  const broker = await startFakeBroker((_, port) => {
    const body = Buffer.alloc(23)
    body.write('127.0.0.1')
    body.writeInt32BE(port, 9)
    body.writeInt32BE(port, 19)
    return body
  })
  opened.push(broker.close)
  const proxy = await startProxy(broker.port, faults)
  opened.push(proxy.close)
  return [broker, proxy]
}

function client({ address }: FaultProxy): Client {
  const socket = connect({ host: '127.0.0.1', port: Number(address.split(':')[1]) })
  const frames: Buffer[] = []
  const answers: number[] = []
  const closed = once(socket, 'close')
  opened.push(() => socket.destroy())
  let next = 1
  socket.on(
    'data',
    frameCutter((frame) => {
      frames.push(frame)
      answers.push(answerCorrelation(frame))
      socket.emit('answer')
    }),
  )
  return {
    socket,
    ask: (...asked) => {
      for (const rpc of asked) socket.write(requestFrame(rpcs[rpc], next++))
    },
    answers,
    frames,
    hasAnswers: async (count) => {
      while (answers.length < count) await once(socket, 'answer')
    },
    closed,
  }
}

const at = (fault: Omit<Fault, 'connection'> & Partial<Fault>): Fault => ({
  connection: 'closes',
  ...fault,
})

test('lets pass what no fault falls on, and counts it', async () => {
  const [broker, proxy] = await scene(at({ rpc: 'Produce', nth: 3, deed: 'lose-request' }))
  const own = client(proxy)
  own.ask('Produce', 'Fetch', 'Produce')
  await own.hasAnswers(3)
  own.ask('Produce')
  await own.closed
  expect(own.answers).toEqual([1, 2, 3])
  expect(broker.came).toEqual([rpcs.Produce, rpcs.Fetch, rpcs.Produce])
  expect(Object.fromEntries(proxy.seen)).toEqual({ Produce: 3, Fetch: 1 })
  expect(proxy.done).toEqual(['Produce 3: request lost, the connection closes: of tester'])
})

test('puts its own port into answers that say where brokers are, and into no others', async () => {
  const [broker, proxy] = await scene()
  const own = client(proxy)
  own.ask('Metadata', 'Fetch', 'FindCoordinator')
  await own.hasAnswers(3)
  const ports = own.frames.map((frame) => [frame.readInt32BE(17), frame.readInt32BE(27)])
  const port = Number(proxy.address.split(':')[1])
  expect(ports).toEqual([
    [port, broker.port],
    [broker.port, broker.port],
    [port, broker.port],
  ])
})

test('loses a request and leaves the connection silent', async () => {
  const [broker, proxy] = await scene(
    at({ rpc: 'EndTxn', nth: 2, deed: 'lose-request', connection: 'hangs' }),
  )
  const [own, other] = [client(proxy), client(proxy)]
  own.ask('EndTxn')
  await own.hasAnswers(1)
  own.ask('EndTxn', 'EndTxn')
  other.ask('Fetch')
  await other.hasAnswers(1)
  expect(broker.came).toEqual([rpcs.EndTxn, rpcs.Fetch])
  expect(own.answers).toEqual([1])
  expect(own.socket.destroyed).toBe(false)
})

test('loses an answer, and the connection with it', async () => {
  const [broker, proxy] = await scene(at({ rpc: 'EndTxn', nth: 1, deed: 'lose-response' }))
  const own = client(proxy)
  own.ask('EndTxn')
  await own.closed
  expect(own.answers).toEqual([])
  expect(broker.came).toEqual([rpcs.EndTxn])
})

test('loses an answer, and all after it where the connection hangs', async () => {
  const [broker, proxy] = await scene(
    at({ rpc: 'Produce', nth: 1, deed: 'lose-response', connection: 'hangs' }),
  )
  const [own, other] = [client(proxy), client(proxy)]
  own.ask('Produce', 'Fetch')
  await broker.hasCome(2)
  other.ask('Fetch')
  await other.hasAnswers(1)
  expect(own.answers).toEqual([])
  expect(own.socket.destroyed).toBe(false)
})

test('brings a request when the client has given it up, and others have passed', async () => {
  const late = at({ rpc: 'EndTxn', nth: 1, deed: 'delay', connection: 'hangs', lateBy: 2 })
  const [broker, proxy] = await scene(late)
  const [own, other] = [client(proxy), client(proxy)]
  own.ask('EndTxn', 'Heartbeat')
  other.ask('EndTxn')
  await other.hasAnswers(1)
  own.socket.destroy()
  expect(await until(() => proxy.done.length === 1, { withinMs: 5_000, everyMs: 1 })).toBe(true)
  other.ask('EndTxn')
  await other.hasAnswers(2)
  expect(broker.came).toEqual([rpcs.EndTxn, rpcs.EndTxn])
  other.ask('EndTxn')
  await broker.hasCome(5)
  expect(broker.came.filter((key) => key === rpcs.Heartbeat)).toHaveLength(1)
  await proxy.settle()
  expect(proxy.done).toEqual([
    expect.stringMatching(/^EndTxn 1 delayed .* by 2 more: given up/),
    expect.stringMatching(/^EndTxn 1 delayed .* by 2 more: of tester/),
  ])
})

test('brings what is still held when it settles, and waits for the answer', async () => {
  const late = at({ rpc: 'JoinGroup', nth: 1, deed: 'delay', connection: 'hangs', lateBy: 9 })
  const [broker, proxy] = await scene(late)
  const own = client(proxy)
  own.ask('Fetch', 'JoinGroup')
  await own.hasAnswers(1)
  expect(broker.came).toEqual([rpcs.Fetch])
  own.socket.destroy()
  await proxy.settle()
  expect(broker.came).toEqual([rpcs.Fetch, rpcs.JoinGroup])
  expect([...proxy.fallen]).toEqual([late])
  expect(proxy.done.at(-1)).toContain('answered')
})
