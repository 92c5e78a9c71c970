import {
  checkFolder,
  FolderBundles,
  packFor,
  SourceBundles,
  type CheckOptions,
  type FolderCheck,
  type PackOptions,
} from '@isolated-runtime/bundle'
import type { Bundle } from '@isolated-runtime/protocol'

/** Where the code of a run comes from, and whose it is. */
export interface Code {
  readonly folder: string | undefined
  readonly source: string
  readonly file: string
  readonly tenant: string
}

/** The guest code of a runtime: packs it, and tells what is wrong with it. */
export class LocalCode {
  readonly #packing: PackOptions | undefined
  readonly #folders: FolderBundles
  readonly #sources: SourceBundles

  /** @throws `INVALID_OPTIONS` */
  constructor(packing: PackOptions | undefined) {
    this.#packing = packing
    this.#folders = new FolderBundles(packing)
    this.#sources = new SourceBundles(packing)
  }

  /** @throws as packing does */
  bundleOf({ folder, source, file, tenant }: Code): Promise<Bundle> {
    return packFor(tenant, () =>
      folder === undefined ? this.#sources.bundleOf(source, file) : this.#folders.bundleOf(folder),
    )
  }

  /** @throws `FOLDER_NOT_FOUND`, `INVALID_OPTIONS` */
  check(folder: string, { packing }: CheckOptions = {}): Promise<FolderCheck> {
    return checkFolder(folder, { ...this.#packing, ...packing })
  }
}
