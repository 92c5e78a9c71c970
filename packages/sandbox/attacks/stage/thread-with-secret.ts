// The order matters: the secret has to be there before the thread is locked down.
import './plant-secret.ts'

export { serve } from '../../src/thread/program.ts'
