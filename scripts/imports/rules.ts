/** What the code of each folder may import of our packages, and of those of npm in {@link GUARDED}. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'packages/testing': [],
  'packages/stand-ins': [],
  'packages/protocol': [],
  'packages/runtime': ['@isolated-runtime/protocol'],
  'packages/bundle': ['@isolated-runtime/protocol'],
  'packages/sandbox': ['@isolated-runtime/protocol', 'piscina'],
  'packages/queue': ['@isolated-runtime/protocol', 'bullmq', 'ioredis'],
  'packages/isolated-runtime': [
    '@isolated-runtime/protocol',
    '@isolated-runtime/runtime',
    '@isolated-runtime/bundle',
    '@isolated-runtime/sandbox',
  ],
  'packages/client': [
    '@isolated-runtime/protocol',
    '@isolated-runtime/runtime',
    '@isolated-runtime/bundle',
    '@isolated-runtime/queue',
  ],
  'services/executor': ['@isolated-runtime/protocol', '@isolated-runtime/queue', '@isolated-runtime/sandbox'],
}

/** A package of npm that only one folder may import: all that reaches into it lies there. */
export const HIDDEN: Readonly<Record<string, string>> = {
  bullmq: 'packages/queue/src/bullmq',
}

/** Packages that only those may import which are listed above. */
export const GUARDED = /^(@isolated-runtime\/|isolated-runtime$|bullmq$|ioredis$|piscina$)/

/** Tests, and what they use, may import these as well, and what is hidden from others. */
export const FOR_TESTS = ['@isolated-runtime/testing', '@isolated-runtime/client', 'isolated-runtime']
export const IS_FOR_TESTS = /\.test\.ts$|\/(fixtures|attacks|bombs|differential)\//

/** Where circles are still to be taken apart; a folder that has none any more leaves this list. */
export const OPEN_CIRCLES: readonly string[] = ['packages/bundle/']

/** Menus of what a package offers: they import from all its folders. */
export const IS_MENU = /\/src\/index\.ts$/

/** A list of types of all that import it, by which they find each other; it imports nothing that runs. */
export const IS_REGISTRY = /\/comforts\/kit\.ts$/
