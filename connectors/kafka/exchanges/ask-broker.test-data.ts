// Sends one exchange to a broker over a socket of its own: the bytes of our requests and nothing of
// kafkajs, whose parts a test may have loaded as they are.
import { connect } from 'node:net'
import type { Exchange } from './exchange.ts'
import { WireWriter } from './wire-writer.ts'

const ANSWER_WITHIN_MS = 20_000
const CORRELATION = 77
const LENGTH_BYTES = 4
const HEADER_BYTES = 8

export async function askBroker<T>(address: string, exchange: Exchange<T>): Promise<T> {
  const header = new WireWriter().int16(exchange.key).int16(exchange.version).int32(CORRELATION)
  const request = Buffer.concat([header.string('wire-test').take(), exchange.encode()])
  const answer = await answerTo(address, new WireWriter().bytes(request).take())
  if (answer.readInt32BE(LENGTH_BYTES) !== CORRELATION) throw new Error('an answer of another')
  return exchange.decode(answer.subarray(HEADER_BYTES))
}

function answerTo(address: string, request: Buffer): Promise<Buffer> {
  const [host = '', port = ''] = address.split(':')
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const socket = connect({ host, port: Number(port) }, () => socket.write(request))
  let answer: Buffer = Buffer.alloc(0)
  socket.setTimeout(ANSWER_WITHIN_MS, () => reject(new Error('the broker does not answer')))
  socket.once('error', reject)
  socket.once('close', () => reject(new Error('the broker hung up')))
  socket.on('data', (chunk) => {
    answer = Buffer.concat([answer, chunk])
    if (answer.length < LENGTH_BYTES) return
    if (answer.length >= LENGTH_BYTES + answer.readInt32BE(0)) resolve(answer)
  })
  return promise.finally(() => socket.destroy())
}
