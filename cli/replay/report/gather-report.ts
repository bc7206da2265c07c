// Gathers what a report says: from the plan, the counts of the run, the files that were read, and
// the records that were watched while they were written.
import { createRequire } from 'node:module'
import type { Plan } from '../../../topology/plan.ts'
import { catalogue } from '../../catalogue.ts'
import { readFiles } from '../../history-files.ts'
import { makeCut } from '../cut.ts'
import type { LetterTally } from '../letter-tally.ts'
import type { Replayed } from '../replayed.ts'
import { inputFacts } from './input-facts.ts'
import { deskFacts, parameterFacts, stepFacts } from './plan-facts.ts'
import type { ReportData } from './report-data.ts'
import { readAgain, type ResultWatch } from './watch-results.ts'

const require = createRequire(import.meta.url)
const VERSION = (require('../../../package.json') as { version: string }).version

const MOST_GROUPS = 20

/** To be called when all that `watch` watches has been written. */
export async function gatherReport(
  replayed: Replayed,
  tally: LetterTally,
  watch: ResultWatch,
): Promise<ReportData> {
  const { plan, file, set, engine, outcome, from, to } = replayed
  await watchInputs(replayed, watch)
  const { topology: name, shapeHash, fullHash } = plan
  const groups = tally.groups.map(({ letter: { step, reason, place }, letters }) => {
    return { step, reason, letters, place }
  })
  return {
    topology: { name, file, shapeHash, fullHash },
    runtime: { millrace: VERSION, node: process.version, engine },
    range: { from: from ?? null, to: to ?? null },
    inputs: await inputFacts(replayed),
    parameters: parameterFacts(plan, set),
    desk: deskFacts(plan, catalogue),
    steps: stepFacts(plan, outcome),
    deadLetters: {
      letters: tally.letters,
      groups: groups.slice(0, MOST_GROUPS),
      groupsLeftOut: Math.max(groups.length - MOST_GROUPS, 0),
    },
    topics: topicFacts(plan, replayed),
    ...watch.watched(),
  }
}

function topicFacts(plan: Plan, { outcome }: Replayed): ReportData['topics'] {
  return [...outcome.written].map(([name, { digest }]) => ({
    name,
    schema: plan.topics.get(name)?.record.name ?? '',
    records: digest.records,
    digest: digest.toString(),
  }))
}

/** Shows the watch those inputs that it can make something of, cut as the run cut them. */
async function watchInputs(replayed: Replayed, watch: ResultWatch): Promise<void> {
  const { plan, inputs, from, to } = replayed
  for (const topic of readAgain(plan)) {
    const see = watch.written(topic)
    const paths = inputs.files.get(topic.name) ?? []
    if (see === undefined || paths.length === 0) continue
    const isIn = makeCut(topic, { from, to })
    for await (const items of readFiles(paths, topic, new Map())) {
      for (const item of items) {
        if (!isIn(item) || item.kind !== 'record' || item.value === null) continue
        const { key = '', value, time, available } = item
        see({ key, value, time, available })
      }
    }
  }
}
