const { eventLoopUtilization } = process.getBuiltinModule(
  'internal/perf/event_loop_utilization',
) as unknown as Pick<Performance, 'eventLoopUtilization'>

/** That of `node:perf_hooks`. To load all of that module would cost the start of a thread 2 ms. */
export { eventLoopUtilization }
