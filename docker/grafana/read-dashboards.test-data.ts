// The dashboards as Grafana reads them, from the files.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface BoardFile {
  readonly uid: string
  readonly title: string
  readonly tags: readonly string[]
  readonly links: readonly unknown[]
  readonly panels: readonly PanelFile[]
  readonly annotations: { readonly list?: readonly { readonly target: Target }[] }
  readonly templating: { readonly list: readonly Variable[] }
}

export interface PanelFile {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description: string
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly targets: readonly Target[]
  readonly options: {
    readonly xField?: string
    readonly fields?: Readonly<Record<string, string>>
  }
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit?: string
      readonly displayName?: string
      /** What it shows when there is nothing: then nothing is no fault. */
      readonly noValue?: string
    }
  }
}

export interface Target {
  readonly format?: 'time_series' | 'table'
  readonly rawSql?: string
  readonly expr?: string
}

export interface Variable {
  readonly name: string
  readonly query: string
}

const FOLDER = join(import.meta.dirname, 'json')

export function readDashboards(): readonly BoardFile[] {
  return readdirSync(FOLDER).map((name) => {
    return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as BoardFile
  })
}

/** Without the headings of rows. */
export function panelsOf({ panels }: BoardFile): readonly PanelFile[] {
  return panels.filter(({ type }) => type !== 'row')
}
