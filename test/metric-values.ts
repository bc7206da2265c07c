// Metrics read back from Prometheus' text form: the values of one metric by its labels.

/** `a=1,b=2` -> value, labels in the order of their names; the topology is left out. */
export function metricValues(text: string, name: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, own, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (own !== name) continue
    const pairs = [...labels.matchAll(/([a-z]+)="((?:[^"\\]|\\.)*)"/g)]
    const about = pairs.filter(([, label]) => label !== 'topology')
    const id = about.map(([, label, word]) => `${label}=${word?.replaceAll('\\"', '"')}`)
    values.set(id.toSorted().join(','), Number(value))
  }
  return values
}
