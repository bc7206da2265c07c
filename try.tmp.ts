import { operators } from '/work/main/operators/index.ts'
import { loadTopology } from '/work/main/cli/load-topology.ts'
import { readHistory } from '/work/main/cli/replay/inputs.ts'
import { runReference } from '/work/main/runtime/reference/interpreter.ts'
import { runHistory } from '/work/main/runtime/run-history.ts'
import { createMemoryBroker } from '/work/main/connectors/memory/memory-broker.ts'
import { isDeepStrictEqual } from 'node:util'
const {plan, diagnostics} = loadTopology('apps/forex/topology.yaml')
if (!plan) { console.log(diagnostics); process.exit(1) }
const topic = plan.topics.get('quotes')!
const h = await readHistory(topic, ['apps/forex/data/oanda-eurusd-20140501.csv.gz','apps/forex/data/oanda-eurusd-20140502.csv.gz'], () => {})
let t = performance.now()
const ref = runReference({plan, operators, inputs: new Map([['quotes', h.items]])})
console.log('reference ms', performance.now()-t)
t = performance.now()
const eng = await runHistory({plan, operators, inputs: new Map([['quotes', h.items as any]]), log: createMemoryBroker().connect(), report: process.env.V ? (e)=>console.log(JSON.stringify(e)) : undefined})
console.log('engine ms', performance.now()-t, h.items.length)
for (const [n,d] of ref.digests) console.log(n, d.records, d.toString().slice(0,16), eng.digests.get(n)?.records, eng.digests.get(n)?.toString().slice(0,16))
for (const k of ['outputs','deadLetters','steps','inputs','state','timers'] as const) console.log(k, isDeepStrictEqual(ref[k], eng[k]))
if (!isDeepStrictEqual(ref.steps, eng.steps)) console.log(ref.steps, eng.steps)
