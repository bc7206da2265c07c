// The contract of a dashboard: a file, named as its uid, that exports one `Dashboard` made by
// `dashboard`. All of them carry the tag by which they link to each other, keep the time and the
// variables on the way, and refresh while a desk runs.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PROMETHEUS, QUESTDB, rows } from '../query.ts'

export interface DashboardAbout {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly variables: readonly QueryVariableBuilder[]
  readonly annotations?: readonly AnnotationQueryBuilder[]
  /** Panels from left to right, under the heading of their row. */
  readonly rows: Readonly<Record<string, readonly Builder<Panel>[]>>
}

const TAG = 'millrace'

export type Dashboard = ReturnType<typeof dashboard>

export function dashboard(about: DashboardAbout) {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- older Grafanas read no other form
  const builder = new DashboardBuilder(`Millrace: ${about.title}`)
    .uid(about.uid)
    .description(about.description)
    .tags([TAG])
    .timezone('utc')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([...about.variables])
    .annotations([...(about.annotations ?? [])])
    .link(
      new DashboardLinkBuilder('Millrace')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true),
    )
  for (const [heading, panels] of Object.entries(about.rows)) {
    builder.withRow(new RowBuilder(heading))
    for (const panel of panels) builder.withPanel(panel)
  }
  const built = builder.build()
  // Links name a panel by its id, so it must not change when Grafana loads the file.
  built.panels?.forEach((panel, at) => (panel.id = at + 1))
  // The SDK's default hides links and the switches of marks in a menu.
  for (const link of built.links ?? []) delete link.placement
  for (const annotation of built.annotations.list ?? []) delete annotation.placement
  return built
}

/** Instruments, all at first; queries say `symbol in ($symbol)`. */
export const symbolVariable = (): QueryVariableBuilder =>
  choice('symbol', 'Instrument', QUESTDB, 'select distinct symbol from bars order by symbol')

/** Accounts, all at first; queries say `account in ($account)`. */
export const accountVariable = (): QueryVariableBuilder =>
  choice('account', 'Account', QUESTDB, 'select distinct account from equity order by account')

/** Topologies that Prometheus knows; queries say `topology=~"$topology"`. */
export const topologyVariable = (): QueryVariableBuilder =>
  choice('topology', 'Topology', PROMETHEUS, 'label_values(millrace_commits_total, topology)')

/** Marks in every panel over time: rows with `time` and `text`, and `tags` if they are parted. */
export function marks(name: string, colour: string, sql: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(QUESTDB)
    .enable(true)
    .iconColor(colour)
    .target(rows(sql))
}

function choice(
  name: string,
  label: string,
  datasource: typeof QUESTDB,
  query: string,
): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ['All'], value: ['$__all'] })
}
