import { promisify } from 'node:util'
// As a namespace: a Node.js without zstd loads this as well, and is told its version when a client connects.
import * as zlib from 'node:zlib'

/**
 * Up to here a text is (un)packed on the spot, within half a millisecond: handing it to another thread and back costs
 * more than the work.
 */
const MAX_SYNC_BYTES = 256 * 1024

/** Compresses a text, fast rather than small. */
export async function compress(text: string): Promise<Buffer> {
  const bytes = Buffer.byteLength(text)
  const options: zlib.ZstdOptions = {
    params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 },
    // With the size known beforehand, zstd takes no more memory than it needs for it.
    pledgedSrcSize: bytes,
    chunkSize: chunkOf(bytes),
  }
  return bytes <= MAX_SYNC_BYTES
    ? zlib.zstdCompressSync(text, options)
    : promisify(zlib.zstdCompress)(text, options)
}

/** Unpacks a text of a known size. @throws when it comes to more than that, or is not compressed at all */
export async function decompress(packed: Buffer, bytes: number): Promise<string> {
  const options: zlib.ZstdOptions = { maxOutputLength: Math.max(1, bytes), chunkSize: chunkOf(bytes) }
  const text =
    bytes <= MAX_SYNC_BYTES
      ? zlib.zstdDecompressSync(packed, options)
      : await promisify(zlib.zstdDecompress)(packed, options)
  return text.toString('utf8')
}

/** In one piece, where that is small. */
function chunkOf(bytes: number): number {
  return Math.min(Math.max(bytes, 1_024), MAX_SYNC_BYTES)
}
