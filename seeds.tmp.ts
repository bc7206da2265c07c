import { isDeepStrictEqual } from 'node:util'
import { generateTopology } from './test/simulation/generate-topology.ts'
import { generateHistory } from './test/simulation/generate-history.ts'
import { simulatedOperators } from './test/simulation/operators.ts'
import { runReference } from './runtime/reference/interpreter.ts'
import { runHistory } from './runtime/run-history.ts'
import { createMemoryBroker } from './connectors/memory/memory-broker.ts'
import { checkTopology } from './topology/check-topology.ts'
import * as G from './test/simulation/generate-topology.ts'
const [from, to] = process.argv.slice(2).map(Number)
let bad = 0
for (let seed = from; seed < to; seed++) {
  const t: any = generateTopology(seed)
  const plan = t.plan
  const inputs = generateHistory(seed, plan)
  let ref
  try { ref = runReference({plan, operators: simulatedOperators, inputs: inputs as any}) } catch (e) { console.log(seed, 'ref', String(e).slice(0,100)); continue }
  let eng
  try {
    eng = await Promise.race([runHistory({plan, operators: simulatedOperators, inputs: inputs as any, log: createMemoryBroker().connect(), commit: {everyMs: 1, records: 1 + seed % 37}}), new Promise<never>((_, r) => setTimeout(() => r(new Error('does not end')), 5000))])
  } catch (e: any) { console.log(seed, 'engine', e.stack.slice(0,400)); bad++; if (bad > 4) break; continue }
  const pick = (m: any) => new Map([...m].map(([k, v]: any) => [k, v.map(({key,value,time,available}: any) => ({key,value,time,available}))]))
  const diffs: string[] = []
  for (const [n,d] of ref.digests) if (d.toString() !== eng.digests.get(n)?.toString()) diffs.push('digest '+n+` ${d.records} ${eng.digests.get(n)?.records}`)
  if (!isDeepStrictEqual(pick(ref.outputs), pick(eng.outputs))) diffs.push('outputs')
  for (const k of ['steps','inputs','state','timers'] as const) if (!isDeepStrictEqual(ref[k], eng[k])) diffs.push(k)
  const letters = (l: any) => l.map((x: any) => JSON.stringify([x.step,x.fate,x.reason,x.stream,x.key,x.time,x.place])).sort()
  if (!isDeepStrictEqual(letters(ref.deadLetters), letters(eng.deadLetters))) diffs.push('letters')
  if (diffs.length) { bad++; console.log(seed, diffs.join('; ')); 
   if (diffs.includes('letters') && process.env.V) { const a = letters(ref.deadLetters), b = letters(eng.deadLetters); console.log(a.filter((x: any)=>!b.includes(x)).slice(0,3), b.filter((x: any)=>!a.includes(x)).slice(0,3)) }
   if (diffs.includes('steps') && process.env.V) for (const [k,v] of ref.steps) if (!isDeepStrictEqual(v, eng.steps.get(k))) console.log(k, v, eng.steps.get(k))
   if (diffs.includes('state') && process.env.V) for (const [k,v] of ref.state) if (!isDeepStrictEqual(v, eng.state.get(k))) console.dir([k, v, eng.state.get(k)], {depth: 6})
   if (diffs.includes('inputs') && process.env.V) console.log(ref.inputs, eng.inputs)
  }
  if (bad > 12) break
}
console.log('done', bad, process.cpuUsage().user/1e6)
process.exit(0)
