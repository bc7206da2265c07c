// Every name of a stream stands for a topic, a step or a step's output.
import type { Spelt, StepDeclaration } from '../declaration.ts'
import { quoted } from '../printable.ts'
import { MAIN, resolveStream, splitStream, streamId } from '../streams.ts'
import type { StreamNames, StreamReference } from '../streams.ts'
import { didYouMean } from '../suggest.ts'
import { listed, rule } from './rule.ts'

export const streamsKnown = rule(
  'streams-known',
  'Every stream that is named exists.',
  (say, spelt: Spelt<string>, names: StreamNames): StreamReference | undefined => {
    const found = resolveStream(spelt, names)
    if (found) return found
    const { topics, steps, unread } = names
    const { owner } = splitStream(spelt.value)
    if (unread.has(owner)) return undefined
    const isTopic = topics.has(owner)
    say({
      message: isTopic
        ? `topic ${quoted(owner)} has no outputs`
        : `there is no topic or step ${quoted(owner)}`,
      span: spelt.span,
      ...(isTopic
        ? { repair: `write ${owner}` }
        : didYouMean(owner, [...topics.keys(), ...steps.keys()])),
      ...(!isTopic && {
        notes: [`topics: ${listed(topics.keys())}`, `steps: ${listed(steps.keys())}`],
      }),
    })
    return undefined
  },
)

/** The topic that `to:` or a sink names: a step will not do. */
export const topicsKnown = rule(
  streamsKnown.code,
  streamsKnown.holds,
  (
    say,
    spelt: Spelt<string>,
    { topics, steps, unread }: StreamNames,
    reader: 'sink' | 'writer',
  ) => {
    const { owner, output } = splitStream(spelt.value)
    if (topics.has(spelt.value) || unread.has(owner)) return topics.has(spelt.value)
    const step = steps.get(owner)
    say({
      message: step
        ? `${quoted(spelt.value)} is a step, not a topic`
        : `there is no topic ${quoted(spelt.value)}`,
      span: spelt.span,
      ...(step && {
        repair:
          reader === 'sink' ? readInstead(step, output) : 'only topics are written to: declare one',
      }),
      ...(!step && didYouMean(spelt.value, topics.keys())),
      notes: [`topics: ${listed(topics.keys())}`],
    })
    return false
  },
)

/** The topic that holds what the output gives; or those of the step's others. */
function readInstead({ to }: StepDeclaration, output: string): string {
  const own = to.filter((each) => each.output.value === output)
  const written = (own.length > 0 ? own : to).map(({ topic }) => topic.value)
  return written.length === 0
    ? 'a sink reads a topic: let the step write one with `to:`'
    : `a sink reads a topic, and the step writes ${listed(written)}`
}

/** Whether a step of a known type has the output. */
export const outputsKnown = rule(
  streamsKnown.code,
  streamsKnown.holds,
  (say, spelt: Spelt<string>, step: string, output: string, known: readonly string[]) => {
    if (known.includes(output)) return true
    const qualified = known.map((each) => streamId(step, each))
    const isBare = output === MAIN
    say({
      message: isBare
        ? `step ${quoted(step)} has no main output`
        : `step ${quoted(step)} has no output ${quoted(output)}`,
      span: spelt.span,
      ...(isBare && known.length === 1 && { repair: `write ${qualified.join('')}` }),
      ...(!isBare && didYouMean(output, known)),
      notes: [`outputs: ${listed(qualified)}`],
    })
    return false
  },
)
