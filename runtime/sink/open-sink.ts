// Opens the outside, however long it is away: a server that is down at the start is one that went
// down later.
import type { Sink } from '../../sinks/sink.ts'
import type { Away } from './away.ts'
import { isSinkFault, mayPass, Patience } from './patience.ts'
import type { Course, SinkRunOptions } from './sink-run-options.ts'
import { failureOf } from '../slot/failure.ts'
import { sinkTopic, topicOfSink } from './sink-topic.ts'

/**
 * Undefined: it was told to end before.
 * @throws EngineError where no waiting helps, or the outside is away for too long.
 */
export async function openSink(
  options: SinkRunOptions,
  away: Away,
  course: Course,
): Promise<Sink | undefined> {
  const { planned, clock, report } = options
  const patience = new Patience(planned, clock.now)
  while (!course.isStopping()) {
    const began = clock.now()
    try {
      const sink = await connect(options)
      away.well('opening')
      report({ kind: 'sink-opened', sink: planned.name, ms: clock.now() - began })
      return sink
    } catch (error) {
      if (!mayPass(error)) throw error
      const pauseMs = patience.failed(error)
      if (isSinkFault(error)) {
        away.failed('opening', error, { attempt: patience.failures, standing: undefined })
      } else report({ kind: 'log-problem', ...failureOf(error) })
      if (course.givesUp()) return undefined
      await course.pause(pauseMs)
      if (course.givesUp()) return undefined
    }
  }
  return undefined
}

/** Opens it once. @throws EngineError with a code of `SinkFault`. */
export function connect({
  planned,
  kind,
  settings,
  layout,
  clock,
}: Pick<SinkRunOptions, 'planned' | 'kind' | 'settings' | 'layout' | 'clock'>): Promise<Sink> {
  const { plan } = layout
  const own = {
    topology: plan.topology,
    name: planned.name,
    topic: sinkTopic(topicOfSink(plan, planned)),
    config: planned.config,
    settings,
    clock,
  }
  // Config and settings were read by the specs of this very kind.
  return kind.open(own as Parameters<typeof kind.open>[0])
}
