import { constants } from 'node:fs'
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises'
import { type FoundFile, stampOf } from './folder-walk.ts'
import { errnoOf, fileRefused } from './refusals.ts'

// Should a FIFO or a link have taken the place of the file since the walk: do not wait on it, do not follow it.
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW

/** What has to be known of a file to read it. */
type ReadableFile = Pick<FoundFile, 'path' | 'realPath' | 'size' | 'stamp'>

/**
 * Reads a file as text, without its byte order mark, if it still is what the walk saw.
 *
 * @throws `BUNDLE_FILE_REFUSED` if it was changed, moved or replaced meanwhile, cannot be read or is not UTF-8
 */
export async function readFoundFile(file: ReadableFile): Promise<string> {
  await using handle = await openFound(file)
  // Through one handle, so that all that is learned here is about the same file.
  await refuseIfChanged(file, handle)
  if ((await realPathOf(file, handle)) !== file.realPath) throw changed(file)
  const bytes = await readAll(file, handle)
  await refuseIfChanged(file, handle)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw fileRefused(file.path, 'it is not valid UTF-8', cause)
  }
}

async function openFound(file: ReadableFile): Promise<FileHandle> {
  try {
    return await open(file.realPath, FLAGS)
  } catch (cause) {
    const errno = errnoOf(cause)
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP') throw changed(file, cause)
    throw fileRefused(file.path, `it cannot be read (${errno})`, cause)
  }
}

async function refuseIfChanged(file: ReadableFile, handle: FileHandle): Promise<void> {
  if (stampOf(await handle.stat({ bigint: true })) !== file.stamp) throw changed(file)
}

/** Where the opened file is: a directory on the way to it may have become a link that leaves the folder. */
async function realPathOf(file: ReadableFile, handle: FileHandle): Promise<string | undefined> {
  try {
    return await readlink(`/proc/self/fd/${handle.fd}`)
  } catch {
    // Only Linux tells the path of a handle; elsewhere, the path is looked up anew.
    return realpath(file.realPath).catch(() => undefined)
  }
}

async function readAll(file: ReadableFile, handle: FileHandle): Promise<Uint8Array> {
  // One byte more than there should be shows whether the file has grown.
  const buffer = Buffer.alloc(file.size + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  if (length !== file.size) throw changed(file)
  return buffer.subarray(0, length)
}

function changed(file: ReadableFile, cause?: unknown): Error {
  return fileRefused(file.path, 'it changed while it was packed; pack again when it is at rest', cause)
}
