// How each sink of this process stands, folded from events.
import type { Failure, SinkEvent, SinkStanding } from '../report.ts'

export interface SinkStatus {
  readonly sink: string
  /** `away`: something of it fails and is tried again. */
  readonly state: 'opening' | 'running' | 'away' | 'ended'
  /** Why it is away, or has ended. */
  readonly failure: Failure | undefined
  /** Those that this process writes, by number. */
  readonly partitions: readonly Omit<SinkStanding, 'sink'>[]
}

export interface FollowedSinks {
  readonly report: (event: SinkEvent) => void
  /** In the order of their names. */
  readonly status: () => readonly SinkStatus[]
}

interface Followed {
  state: SinkStatus['state']
  failure: Failure | undefined
  readonly partitions: Map<number, Omit<SinkStanding, 'sink'>>
}

export function followSinks(): FollowedSinks {
  const sinks = new Map<string, Followed>()
  return {
    report: (event) => {
      const known = sinks.get(event.sink)
      const followed = known ?? { state: 'opening', failure: undefined, partitions: new Map() }
      sinks.set(event.sink, followed)
      follow(followed, event)
    },
    status: () =>
      [...sinks.keys()].toSorted().map((sink) => {
        const { state = 'opening', failure, partitions } = sinks.get(sink) ?? {}
        const own = [...(partitions?.values() ?? [])]
        const byNumber = own.toSorted((a, b) => a.partition - b.partition)
        return { sink, state, failure, partitions: byNumber }
      }),
  }
}

function follow(sink: Followed, event: SinkEvent): void {
  switch (event.kind) {
    case 'sink-opened':
    case 'sink-back':
      sink.state = 'running'
      sink.failure = undefined
      break
    case 'sink-claimed':
    case 'sink-written':
      setStanding(sink, event)
      break
    case 'sink-away':
      sink.state = 'away'
      sink.failure = failureIn(event)
      break
    case 'sink-retrying':
      sink.failure = failureIn(event)
      if (event.standing !== undefined) setStanding(sink, event.standing)
      break
    case 'sink-released':
      sink.partitions.delete(event.partition)
      break
    case 'sink-ended':
      sink.state = 'ended'
      sink.failure = event.failure
      sink.partitions.clear()
      break
    case 'sink-refused':
      break
  }
}

function setStanding({ partitions }: Followed, { partition, position, stable }: SinkStanding) {
  partitions.set(partition, { partition, position, stable })
}

function failureIn({ code, message, coordinates }: Failure): Failure {
  return { code, message, coordinates }
}
