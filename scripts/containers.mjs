import { handOver } from './bootstrap/hand-over.mjs'

await handOver('containers/main.ts')
