import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'out/**'],
    reporters: ['default', './test/closing-line.ts'],
    testTimeout: 60_000,
  },
})
