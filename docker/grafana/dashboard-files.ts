// The dashboards as files: their names, and the JSON that Grafana reads.
import { dashboards } from './dashboards/index.ts'

export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(
    dashboards.map((dashboard) => {
      const name = `${(dashboard.uid ?? '').replace('millrace-', '')}.json`
      return [name, `${JSON.stringify(dashboard, undefined, 2)}\n`]
    }),
  )
}
