import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

// For tests that run inside of a container whose file system cannot be written to; programs were built outside.
export default defineConfig({ ...base, cacheDir: '/tmp/vite', test: { ...base.test, globalSetup: [] } })
