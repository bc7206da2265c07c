// The other process of a verification: takes an errand from its parent, runs the history on the
// engine, and answers what came of it.
import { operators } from '../../operators/index.ts'
import { runTrial } from '../../runtime/verify/run-trial.ts'
import { usualTrial } from '../../runtime/verify/trial.ts'
import { portionOf } from '../../runtime/verify/verify.ts'
import { loadTopology } from '../load-topology.ts'
import type { Answer, Errand } from './elsewhere.ts'
import { readHistories } from './histories.ts'

process.once('message', (errand: Errand) => {
  void answerTo(errand).then((answer) => process.send?.(answer))
})

async function answerTo(errand: Errand): Promise<Answer> {
  try {
    return await run(errand)
  } catch (error) {
    return { stopped: error instanceof Error ? error.message : String(error) }
  }
}

async function run({ file, set, portion, wanted }: Errand): Promise<Answer> {
  const { plan } = loadTopology(file, { set })
  if (plan === undefined) return { stopped: 'the topology has mistakes there and none here' }
  const { input, from, to, records } = portion
  const histories = await readHistories(plan, input)
  const { inputs } = portionOf({ plan, inputs: histories, range: { from, to }, records })
  const { outcome } = await runTrial({ plan, operators, inputs }, usualTrial, wanted)
  return { outcome }
}
