import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

// For tests that run inside of a container whose file system cannot be written to.
export default defineConfig({ ...base, cacheDir: '/tmp/vite' })
