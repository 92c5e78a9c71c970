import { handOver } from './bootstrap/hand-over.mjs'

await handOver('check/main.ts')
