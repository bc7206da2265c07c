import { expect, test } from 'vitest'
import { readSettings } from '../cli/connections/read-settings.ts'
