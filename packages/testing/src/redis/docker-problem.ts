/** Why Docker cannot be used here; `undefined` when it answers. */
export async function dockerProblem(): Promise<string | undefined> {
  // Loaded only here and for a container: it is large, and most machines have a server of their own.
  const { getContainerRuntimeClient } = await import('testcontainers')
  try {
    await getContainerRuntimeClient()
    return undefined
  } catch (error) {
    return `Docker does not answer (${error instanceof Error ? error.message : String(error)})`
  }
}
