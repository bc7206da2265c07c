// What panels ask. QuestDB is asked through its PostgreSQL wire, with the macros of Grafana's
// PostgreSQL data source; Prometheus in its own words. provisioning/datasources has both by uid.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'

export const QUESTDB = { type: 'grafana-postgresql-datasource', uid: 'millrace-questdb' }
export const PROMETHEUS = { type: 'prometheus', uid: 'millrace-prometheus' }

/** As Grafana's data source keeps a query; the SDK has no type of its own for it. */
interface SqlQuery extends Dataquery {
  readonly refId: string
  readonly datasource: typeof QUESTDB
  readonly editorMode: 'code'
  readonly format: 'time_series' | 'table'
  readonly rawQuery: true
  readonly rawSql: string
}

/** A column `time`, ascending; numbers, a line each; texts, whose contents part the lines. */
export const series = (sql: string): Builder<SqlQuery> => sqlQuery('time_series', sql)

export const rows = (sql: string): Builder<SqlQuery> => sqlQuery('table', sql)

function sqlQuery(format: SqlQuery['format'], sql: string): Builder<SqlQuery> {
  return {
    build: () => ({
      refId: 'A',
      datasource: QUESTDB,
      editorMode: 'code',
      format,
      rawQuery: true,
      rawSql: sql.trim().replace(/\n\s*/g, '\n'),
      _implementsDataqueryVariant() {
        // The SDK asks for it, to tell queries from other objects.
      },
    }),
  }
}

/** `legend` names a line by its labels: `{{step}}`. */
export function metric(expression: string, legend: string, refId = 'A'): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(refId)
    .datasource(PROMETHEUS)
    .expr(expression)
    .legendFormat(legend)
    .range()
}
