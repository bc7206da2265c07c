// Feeds Binance captures to the topics of their streams, merged by when messages were received.
import type { BinanceStream } from '../../connectors/binance/market-message.ts'
import { byTopic, mergeCaptures } from '../../connectors/binance/merge-captures.ts'
import type { Log } from '../../connectors/connector.ts'
import type { InputTopic } from '../../connectors/file/input-record.ts'
import type { Plan } from '../../topology/plan.ts'
import { leftOutLines, requireStream, routesBySchema, schemaNames } from '../capture-routes.ts'
import { FileProblem } from '../load-topology.ts'
import { inputTopic } from '../topic-about.ts'
import { type Feeding, feedTopics } from './feed-topics.ts'
import { findTarget, type Stated, type Target } from './find-target.ts'
import { atRate } from './paced.ts'

export type CaptureTargets = ReadonlyMap<BinanceStream, Target>

/**
 * Finds the topic of each stream, and makes those that are not on the log: the one of `--topic`, or
 * the topology's inputs of the right schemas.
 * @throws FileProblem where none is found, or two for one stream.
 */
export async function captureTargets(
  log: Log,
  paths: readonly string[],
  stated: Stated,
  plan: Plan | undefined,
): Promise<CaptureTargets> {
  const twin = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twin !== undefined) throw new FileProblem(`binance:${twin} is given twice; leave one out`)
  if (stated.topic !== undefined) {
    const target = await findTarget(log, paths, stated, plan)
    return new Map([[requireStream(target.name, target.about.schema), target]])
  }
  if (plan === undefined) {
    throw new FileProblem(
      'say which topics a Binance capture fills: --from-topology FILE takes its inputs of ' +
        `${schemaNames()}, --topic TOPIC fills one`,
    )
  }
  const inputs = [...plan.topics.values()].filter(({ isInput }) => isInput)
  const routes = routesBySchema(inputs, new Set(), (topic) => `--topic ${topic}`)
  if (routes.size === 0) {
    throw new FileProblem(
      `no input topic of ${plan.topology} takes anything of a Binance capture: none is of ` +
        schemaNames(),
    )
  }
  const targets = new Map<BinanceStream, Target>()
  for (const [stream, topics] of routes) {
    for (const { topic } of topics) {
      targets.set(stream, await findTarget(log, paths, { ...stated, topic }, plan))
    }
  }
  return targets
}

export async function feedCaptures(
  paths: readonly string[],
  targets: CaptureTargets,
  feeding: Feeding,
): Promise<void> {
  const topics = new Map<BinanceStream, readonly FedTopic[]>()
  for (const [stream, target] of targets) {
    topics.set(stream, [{ ...inputTopic(target.name, target.about), target }])
  }
  const merged = mergeCaptures(paths.map((path) => ({ path, topics })))
  const source = {
    targets: [...targets.values()],
    portions: async function* (signal: AbortSignal) {
      for await (const routed of atRate(merged, feeding, signal)) {
        yield [...byTopic(routed)].map(([{ target }, items]) => ({ target, items }))
      }
    },
    warnings: () => leftOutLines(merged.leftOut),
  }
  await feedTopics(source, feeding)
}

interface FedTopic extends InputTopic {
  readonly target: Target
}
