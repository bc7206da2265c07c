import { readDeclaration } from './topology/read-declaration.ts'
import { catalogue, complete } from './topology/check/harness.ts'
import { checkTopology } from './topology/check-topology.ts'
const steps = Array.from({ length: 10000 }, (_, i) => `  s${i}:\n    from: ${i ? 's' + (i - 1) : 'trades'}\n    keep: price > ${i}\n`)
const source = { path: 'topology.yaml', text: complete(`topology: t\nsteps:\n${steps.join('')}`) }
for (let i = 0; i < 3; i++) { let t = performance.now()
readDeclaration(source, { read: () => undefined }, () => undefined)
console.log('declaration', performance.now() - t)
t = performance.now()
checkTopology(source, catalogue, { files: { read: () => undefined } })
console.log('all', performance.now() - t) }
