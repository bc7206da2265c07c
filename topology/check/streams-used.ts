// Everything that is declared is used: steps are read or write a topic, topics are read or written,
// parameters named.
import type { Graph } from '../graph.ts'
import { quoted } from '../printable.ts'
import type { Node } from '../tree.ts'
import { rule } from './rule.ts'

const CODE = 'streams-used'
const HOLDS = 'Every step, topic and parameter is used.'

/**
 * Judged only where every operator, connector and sink is known: another may use what its config
 * spells.
 */
export const streamsUsed = rule(CODE, HOLDS, (say, { steps, names, declaration }: Graph) => {
  const used = new Set<string>()
  for (const { edges, writes } of steps.values()) {
    for (const { stream } of edges) {
      if (stream) used.add(stream.kind === 'topic' ? stream.id : stream.step)
    }
    for (const { topic } of writes) used.add(topic.value)
  }
  for (const { to } of declaration.sources) for (const { topic } of to) used.add(topic.value)
  for (const { from } of declaration.sinks) used.add(from.value)
  for (const { id, declaration: step } of steps.values()) {
    if (used.has(id) || step.to.length > 0) continue
    say({
      severity: 'warning',
      message: `nothing reads step ${quoted(id)}, and it writes no topic`,
      span: step.id.span,
      repair: 'add `to:`, or remove it',
    })
  }
  for (const { name } of names.topics.values()) {
    if (used.has(name.value)) continue
    say({
      severity: 'warning',
      message: `nothing reads or writes topic ${quoted(name.value)}`,
      span: name.span,
      repair: 'remove it',
    })
  }
})

/** A parameter is used where any text of the files names it, judged or not. */
export const parametersUsed = rule(CODE, HOLDS, (say, { declaration }: Graph) => {
  const { parameters, root, included } = declaration
  if (parameters.length === 0) return
  const used = new Set<string>()
  const rest: Node[] = [root, ...included]
  for (let node = rest.pop(); node; node = rest.pop()) {
    if (node.kind === 'list') rest.push(...node.items)
    else if (node.kind === 'map') {
      for (const { key, value } of node.entries) rest.push(key, value)
    } else {
      for (const [, name = ''] of node.text.matchAll(/\bparam\s*\.\s*(\w+)/g)) used.add(name)
    }
  }
  for (const { name } of parameters) {
    if (used.has(name.value)) continue
    say({
      severity: 'warning',
      message: `nothing uses parameter ${quoted(name.value)}`,
      span: name.span,
      repair: `write param.${name.value} where it belongs, or remove it`,
    })
  }
})
