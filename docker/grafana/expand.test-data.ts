// Queries as Grafana sends them: its variables put in as the browser does it for a data source of
// SQL, then the macros as grafana-postgresql-datasource/macros.go does; and those of Prometheus.

export interface Shown {
  /** RFC 3339. */
  readonly from: string
  readonly to: string
  /** Of a point, as Grafana rounds it: `1s`. */
  readonly interval: string
  readonly intervalMs: number
  /** What is chosen of each variable. */
  readonly variables: ReadonlyMap<string, readonly string[]>
}

const MACRO = /\$([_a-zA-Z0-9]+)\(([^)]*)\)/g
const VARIABLE = /\$(\w+)/g

export function expandSql(sql: string, shown: Shown): string {
  const { from, to, interval, intervalMs, variables } = shown
  const put = sql.replace(VARIABLE, (whole, name: string) => {
    if (name === '__interval') return interval
    if (name === '__interval_ms') return String(intervalMs)
    const values = variables.get(name)
    return values?.map((value) => `'${value.replaceAll("'", "''")}'`).join(',') ?? whole
  })
  return put.replace(MACRO, (_, name: string, column: string) => {
    switch (name) {
      case '__timeFilter':
        return `${column} BETWEEN '${from}' AND '${to}'`
      case '__timeFrom':
        return `'${from}'`
      case '__timeTo':
        return `'${to}'`
      default:
        throw new Error(`Grafana knows no macro $${name}`)
    }
  })
}

/** `$name` as a regular expression of what is chosen, which is how a matcher `=~` takes it. */
export function expandMetrics(
  expression: string,
  variables: ReadonlyMap<string, readonly string[]>,
  rateInterval: string,
): string {
  return expression.replace(VARIABLE, (_, name: string) => {
    if (name === '__rate_interval') return rateInterval
    const values = variables.get(name)
    if (values === undefined) throw new Error(`there is no variable $${name}`)
    return values.length === 1 ? (values[0] ?? '') : `(${values.join('|')})`
  })
}
