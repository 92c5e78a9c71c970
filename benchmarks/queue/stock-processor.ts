/** BullMQ loads processors by their default export. Gives back what it is given. */
// oxlint-disable-next-line import/no-default-export
export default async function echo(job: { readonly data: unknown }): Promise<unknown> {
  return job.data
}
