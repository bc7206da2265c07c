// The kinds of panel that the dashboards use, each with one look: what differs is said by the
// dashboard. Every panel has a title, a sentence that says what it shows, and a unit.
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge'
import {
  CandlestickFieldMapBuilder,
  PanelBuilder as Candlestick,
} from '@grafana/grafana-foundation-sdk/candlestick'
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import { PanelBuilder as Trend } from '@grafana/grafana-foundation-sdk/trend'

export interface PanelAbout {
  readonly title: string
  /** What it shows, and what to make of it. */
  readonly description: string
  readonly unit: string
  readonly queries: readonly Builder<Dataquery>[]
  /** Of 24 columns. */
  readonly width: number
  readonly height?: number
  readonly decimals?: number
  /** How a line is called: by a label of it, or as the query names its column. */
  readonly name?: string
  /** From which value on which colour: the first from below all. */
  readonly colours?: readonly (readonly [number | null, Colour])[]
}

export type Colour = 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'text'

/** QuestDB counts time in no unit that Grafana would write below a second. */
const FINEST = '1s'

/** The content of the one label of a line. */
export const byLabel = (label: string): string => `\${__field.labels.${label}}`

export function lines(about: PanelAbout): TimeSeries {
  const panel = common(new TimeSeries(), about)
    .lineWidth(1)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .spanNulls(60_000)
    .legend(legend('mean', 'max', 'lastNotNull'))
    .tooltip(allLines())
  if (about.colours === undefined) return panel
  const style = new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed)
  return panel
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .thresholdsStyle(style)
}

/** Columns that stand on each other. */
export function columns(about: PanelAbout): TimeSeries {
  return common(new TimeSeries(), about)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .lineWidth(0)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .legend(legend('sum'))
    .tooltip(allLines())
}

export function points(about: PanelAbout): TimeSeries {
  return common(new TimeSeries(), about)
    .drawStyle(GraphDrawStyle.Points)
    .pointSize(6)
    .showPoints(VisibilityMode.Always)
    .legend(legend('mean', 'count'))
    .tooltip(allLines())
}

/** The last value of each line, large, over the line itself. */
export function numbers(about: PanelAbout): Stat {
  return common(new Stat(), { height: 4, ...about })
    .colorMode(about.colours === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
}

/** A number for each row: the first text of a row is its name. */
export function rowNumbers(about: PanelAbout): Stat {
  return common(new Stat(), { height: 4, ...about })
    .colorMode(about.colours === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().values(true).limit(12))
}

/** A bar for each row: the first text of a row is its name. */
export function rowBars(about: PanelAbout): BarGauge {
  return common(new BarGauge(), about)
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(new ReduceDataOptionsBuilder().values(true).limit(20))
    .noValue('none')
}

export function table(about: PanelAbout): Table {
  return common(new Table(), about).filterable(true)
}

/** Open, high, low, close and volume over time, of one instrument. */
export function candles(about: PanelAbout): Candlestick {
  const fields = new CandlestickFieldMapBuilder()
    .open('open')
    .high('high')
    .low('low')
    .close('close')
    .volume('volume')
  return common(new Candlestick(), about)
    .fields(fields)
    .includeAllFields(false)
    .legend(legend())
    .tooltip(allLines())
}

/** Lines over another number than time, which is the column `x`. */
export function curve(about: PanelAbout, x: string): Trend {
  return common(new Trend(), about)
    .xField(x)
    .lineWidth(2)
    .showPoints(VisibilityMode.Auto)
    .legend(legend())
    .tooltip(allLines())
}

interface Common<P> {
  title: (title: string) => P
  description: (text: string) => P
  unit: (unit: string) => P
  targets: (queries: Builder<Dataquery>[]) => P
  span: (columns: number) => P
  height: (rows: number) => P
  interval: (least: string) => P
  decimals: (decimals: number) => P
  displayName: (name: string) => P
  thresholds: (colours: Builder<ReturnType<ThresholdsConfigBuilder['build']>>) => P
}

function common<P extends Common<P>>(panel: P, about: PanelAbout): P {
  const { title, description, unit, queries, width, height = 8, decimals, name, colours } = about
  panel
    .title(title)
    .description(description)
    .unit(unit)
    .targets([...queries])
  panel.span(width).height(height).interval(FINEST)
  if (decimals !== undefined) panel.decimals(decimals)
  if (name !== undefined) panel.displayName(name)
  const steps = (colours ?? [[null, 'green'] as const]).map(([value, color]) => ({ value, color }))
  return panel.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
}

function legend(...calcs: readonly string[]): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(calcs.length > 0 ? LegendDisplayMode.Table : LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([...calcs])
}

function allLines(): VizTooltipOptionsBuilder {
  return new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending)
}
