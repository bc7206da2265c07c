// Writes the dashboards as Grafana loads them, a file each: `npm run dashboards`. A test
// holds the files equal to what is written here.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dashboardFiles } from './dashboard-files.ts'

const FOLDER = join(import.meta.dirname, 'json')

mkdirSync(FOLDER, { recursive: true })
for (const [name, text] of dashboardFiles()) writeFileSync(join(FOLDER, name), text)
