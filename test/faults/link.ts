// One connection of a client through the proxy to the broker. A fault may fall on each of its
// requests; from then on the connection is broken, or nothing comes along it any more.
import type { Socket } from 'node:net'
import type { Board } from './board.ts'
import type { Fault } from './fault.ts'
import {
  answerCorrelation,
  frameCutter,
  type RequestHead,
  requestHead,
  withPort,
} from './frames.ts'

export interface LinkOptions {
  readonly client: Socket
  readonly broker: Socket
  readonly board: Board
  /** Answers name the broker by its own port, and the client is to come to ours. */
  readonly ports: { readonly broker: number; readonly own: number }
}

interface Asked extends RequestHead {
  readonly fault: Fault | undefined
}

/** RPCs whose answers say where brokers are: Metadata, FindCoordinator, DescribeCluster. */
const naming: ReadonlySet<number> = new Set([3, 10, 60])

export class Link {
  readonly #client: Socket
  readonly #broker: Socket
  readonly #board: Board
  readonly #ports: LinkOptions['ports']
  /** What the broker has yet to answer. */
  #asked: Asked[] = []
  /** From a fault on: nothing more goes that way. */
  #isDeafTo: 'client' | 'broker' | undefined
  /** What is to come late, with all that came behind it. */
  #held: { readonly fault: Fault; readonly frames: Buffer[] } | undefined
  readonly #closed = Promise.withResolvers<undefined>()

  constructor({ client, broker, board, ports }: LinkOptions) {
    this.#client = client
    this.#broker = broker
    this.#board = board
    this.#ports = ports
    client.on(
      'data',
      frameCutter((frame) => this.#request(frame)),
    )
    broker.on(
      'data',
      frameCutter((frame) => this.#answer(frame)),
    )
    // Whatever the reason is, the connection is over.
    for (const socket of [client, broker]) socket.on('error', () => socket.destroy())
    client.on('close', () => this.#givenUp())
    broker.on('close', () => {
      client.destroy()
      this.#closed.resolve(undefined)
    })
  }

  /** When nothing more comes from the broker. */
  get closed(): Promise<unknown> {
    return this.#closed.promise
  }

  /** Breaks it, but lets what is held come to the broker before. */
  close(): void {
    this.#client.destroy()
  }

  #request(frame: Buffer): void {
    if (this.#held !== undefined) return void this.#held.frames.push(frame)
    if (this.#isDeafTo === 'client') return
    const head = requestHead(frame)
    const fault = this.#board.count(head.key)
    if (fault?.deed === 'delay') {
      this.#held = { fault, frames: [frame] }
      return
    }
    if (fault?.deed === 'lose-request') {
      this.#board.note(fault, `of ${head.client}`)
      if (fault.connection === 'closes') this.#break()
      this.#isDeafTo = 'client'
      return
    }
    this.#forward(frame, fault)
  }

  #forward(frame: Buffer, fault?: Fault): void {
    this.#asked.push({ ...requestHead(frame), fault })
    this.#broker.write(frame)
  }

  #answer(frame: Buffer): void {
    const asked = this.#asked.shift()
    if (asked?.correlation !== answerCorrelation(frame)) {
      throw new Error('the broker answers what was not asked')
    }
    const { fault, key } = asked
    if (fault !== undefined) {
      this.#board.note(fault, `of ${asked.client}, answered with ${frame.length} bytes`)
      if (fault.deed === 'lose-response' && fault.connection === 'closes') this.#break()
      this.#isDeafTo = 'broker'
    }
    if (this.#client.destroyed && this.#asked.length === 0) this.#broker.end()
    if (this.#isDeafTo === 'broker' || this.#client.destroyed) return
    const { broker, own } = this.#ports
    this.#client.write(naming.has(key) ? withPort(frame, broker, own) : frame)
  }

  /** The client has closed its side. */
  #givenUp(): void {
    if (this.#held === undefined) return void this.#broker.destroy()
    const { fault, frames } = this.#held
    this.#board.note(fault, 'given up')
    this.#board.after(fault.rpc, fault.lateBy ?? 0, () => {
      if (this.#broker.destroyed) this.#board.note(fault, 'the broker has closed the connection')
      else
        for (const [index, frame] of frames.entries())
          this.#forward(frame, index === 0 ? fault : undefined)
    })
  }

  #break(): void {
    this.#client.destroy()
    this.#broker.destroy()
  }
}
