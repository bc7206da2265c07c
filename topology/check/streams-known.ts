// Every name of a stream stands for a topic, a step or a step's output.
import type { Spelt } from '../declaration.ts'
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
    const { owner } = splitStream(spelt.value)
    if (topics.has(spelt.value) || unread.has(owner)) return topics.has(spelt.value)
    const isStep = steps.has(owner)
    say({
      message: isStep
        ? `${quoted(spelt.value)} is a step, not a topic`
        : `there is no topic ${quoted(spelt.value)}`,
      span: spelt.span,
      ...(isStep && {
        repair:
          reader === 'sink'
            ? 'a sink reads a topic: let the step write one with `to:`'
            : 'only topics are written to: declare one',
      }),
      ...(!isStep && didYouMean(spelt.value, topics.keys())),
      notes: [`topics: ${listed(topics.keys())}`],
    })
    return false
  },
)

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
