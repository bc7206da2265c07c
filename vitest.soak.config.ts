// Tests that take minutes, on servers of their own: part of `npm run test:soak`.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    include: ['**/*.soak.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'out/**'],
    globalSetup: './test/servers/shared-setup.ts',
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
})
