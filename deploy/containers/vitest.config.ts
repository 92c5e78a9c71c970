import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

// These tests need a Docker engine and minutes: "npm run containers".
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['deploy/containers/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    // One fleet at a time.
    fileParallelism: false,
    sequence: {},
  },
})
