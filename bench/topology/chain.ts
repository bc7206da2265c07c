// Topologies that are chains of one kind of step, by which the cost of one more is measured.

/** Steps that pass on every record, by their place in a chain. */
export const KINDS: Readonly<Record<string, (place: number) => string>> = {
  filter: () => 'filter: bid > 0 && ask > bid',
  derive: (place) => `derive: { mid${place}: (bid + ask) / 2 }`,
  validate: () => 'validate: { rules: { positive: bid > 0 } }',
  dedupe: () => 'dedupe: { by: bid, within: 1ms }',
  indicator: (place) => `indicator:\n      ema${place}: ema(bid, 12, 'first')`,
}

/** A topology of so many steps of a kind, one behind the other, from quotes to quotes. */
export function chainOf(operator: string, steps: number): string {
  const chain = Array.from({ length: steps }, (_, index) => {
    const [id, from] = [`s${index}`, index === 0 ? 'quotes' : `s${index - 1}`]
    return `  ${id}:\n    from: ${from}\n    ${KINDS[operator]?.(index) ?? ''}\n`
  })
  return `topology: hops
topics:
  quotes: { topic: bench.quotes, schema: market/Quote, key: symbol, time: time }
  out: { topic: bench.out, schema: market/Quote, key: symbol }
fate: { bad: fail, late: fail, duplicate: fail }
steps:
${chain.join('')}    to: out
`
}
