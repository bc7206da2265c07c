// The requests of one connection that wait for their answers, which Kafka gives in order. Cures
// kafkajs's queue, which looks at its requests ten times a second and re-arms a second timer with a
// negative delay for ever: here one timer stands for the earliest deadline, and none when idle.
import { later, steadyMs } from '../clock.ts'
import type { KafkaFault } from '../kafka-fault.ts'

export interface WaitingRequest {
  readonly id: number
  /** `Fetch version 11`, for messages. */
  readonly what: string
  readonly timeoutMs: number
  readonly resolve: (body: Buffer) => void
  readonly reject: (fault: KafkaFault) => void
}

export interface RequestQueue {
  readonly size: () => number
  readonly push: (request: WaitingRequest) => void
  /** The request that the next answer must be for. */
  readonly shift: () => WaitingRequest | undefined
  /** The broker takes no request before: deadlines of later ones count from there. */
  readonly throttle: (ms: number) => void
  /** Nothing hangs: every request that waits is rejected, in order. */
  readonly rejectAll: (fault: KafkaFault) => void
}

interface Timed {
  readonly request: WaitingRequest
  readonly deadline: number
}

/** `onLate` is told of a request that is past its deadline; it must reject them all. */
export function requestQueue(onLate: (request: WaitingRequest) => void): RequestQueue {
  let waiting: Timed[] = []
  let throttledUntil = 0
  let timer: { readonly at: number; readonly cancel: () => void } | undefined

  function arm(deadline: number): void {
    if (timer !== undefined && timer.at <= deadline) return
    timer?.cancel()
    timer = { at: deadline, cancel: later(Math.ceil(deadline - steadyMs()), look) }
  }

  /** The timer is left as it is when an answer comes, so it may find nothing late. */
  function look(): void {
    timer = undefined
    const now = steadyMs()
    const late = waiting.find(({ deadline }) => deadline <= now)
    if (late !== undefined) onLate(late.request)
    else if (waiting.length > 0) arm(Math.min(...waiting.map(({ deadline }) => deadline)))
  }

  return {
    size: () => waiting.length,
    push(request) {
      const deadline = Math.max(steadyMs(), throttledUntil) + request.timeoutMs
      waiting.push({ request, deadline })
      arm(deadline)
    },
    shift: () => waiting.shift()?.request,
    throttle(ms) {
      throttledUntil = Math.max(throttledUntil, steadyMs() + ms)
    },
    rejectAll(fault) {
      const rejected = waiting
      waiting = []
      timer?.cancel()
      timer = undefined
      for (const { request } of rejected) request.reject(fault)
    },
  }
}
