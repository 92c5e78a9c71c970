// What a thread runs. The order matters: nothing that listens to whoever started the thread comes before the first.
// oxlint-disable import/no-unassigned-import -- both are there for what they do
import './drop-worker-right.ts'
import 'piscina/worker'

export { serve } from './main.ts'
