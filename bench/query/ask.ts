// Those who ask: point queries at a rate, each timed from when it was due, and subscribers over
// WebSockets, each of one key.
import { Agent, get } from 'node:http'
import * as hdr from 'hdr-histogram-js'
import WebSocket from 'ws'
import { processPace } from '../../runtime/pace.ts'

export interface AskFigure {
  readonly asked: number
  /** Answers other than 200, and requests that failed. */
  readonly bad: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const MOST_MICROS = 60_000_000
const SOCKETS = 64

/** Asks for one path after the other at `rate` a second. */
export async function askAtRate(
  url: string,
  paths: readonly string[],
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<AskFigure> {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS })
  const { hostname: host, port } = new URL(url)
  const latencies = hdr.build({ highestTrackableValue: MOST_MICROS })
  const count = rate * seconds
  const began = performance.now()
  let [bad, answered] = [0, 0]
  const ask = (n: number): void => {
    const due = began + (n * 1_000) / rate
    const done = (isGood: boolean): void => {
      answered += 1
      if (!isGood) bad += 1
      const micros = Math.round((performance.now() - due) * 1_000)
      latencies.recordValue(Math.min(MOST_MICROS, micros))
    }
    get({ agent, host, port, path: paths[n % paths.length] }, (response) => {
      response.resume().once('end', () => done(response.statusCode === 200))
    }).once('error', () => done(false))
  }
  for (let asked = 0; asked < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - began) * rate) / 1_000))
    for (; asked < due; asked += 1) ask(asked)
    await processPace.pause(1)
  }
  while (answered < count) await processPace.pause(1)
  agent.destroy()
  const at = (percent: number): number => latencies.getValueAtPercentile(percent) / 1_000
  return { asked: count, bad, p50: at(50), p99: at(99), max: latencies.maxValue / 1_000 }
}

export interface SubscribeFigure {
  readonly subscribers: number
  /** Of the slowest and of all, on average. */
  readonly leastPerSecond: number
  readonly meanPerSecond: number
  /** Updates that were left out because a subscriber was slow; subscribers that were dropped. */
  readonly skipped: number
  readonly dropped: number
}

/** One subscriber for each channel. */
export async function subscribeAll(
  url: string,
  channels: readonly string[],
  seconds: number,
): Promise<SubscribeFigure> {
  const received = channels.map(() => 0)
  let [skipped, dropped, begun] = [0, 0, 0]
  const sockets = channels.map((channel, at) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/streams`)
    socket.on('open', () => socket.send(JSON.stringify({ op: 'subscribe', channel })))
    socket.on('message', (data: Buffer) => {
      const { type, skipped: left = 0 } = JSON.parse(data.toString()) as Message
      if (type === 'snapshot') begun += 1
      if (type === 'dropped') dropped += 1
      if (type !== 'update') return
      received[at] = (received[at] ?? 0) + 1
      skipped += left
    })
    socket.on('error', () => (dropped += 1))
    return socket
  })
  while (begun + dropped < channels.length) await processPace.pause(10)
  received.fill(0)
  const began = performance.now()
  await processPace.pause(seconds * 1_000)
  const passed = (performance.now() - began) / 1_000
  const counts = [...received]
  for (const socket of sockets) socket.terminate()
  const sum = counts.reduce((all, each) => all + each, 0)
  return {
    subscribers: channels.length,
    leastPerSecond: Math.min(...counts) / passed,
    meanPerSecond: sum / counts.length / passed,
    skipped,
    dropped,
  }
}

interface Message {
  readonly type: string
  readonly skipped?: number
}
