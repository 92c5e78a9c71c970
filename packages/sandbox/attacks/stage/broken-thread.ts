// The order matters: realms are made with what is left of `node:vm` when the thread loads.
import './plant-secret.ts'
import './break-realms.ts'

export { serve } from '../../src/thread/program.ts'
