/** What packages of ours, and what of the packages of npm that shape the house, the code of each folder may import. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'packages/testing': [],
  'packages/protocol': [],
  'packages/bundle': ['@isolated-runtime/protocol'],
  'packages/sandbox': ['@isolated-runtime/protocol', 'piscina'],
  'packages/queue': ['@isolated-runtime/protocol', 'bullmq', 'ioredis'],
  'packages/isolated-runtime': [
    '@isolated-runtime/protocol',
    '@isolated-runtime/bundle',
    '@isolated-runtime/sandbox',
  ],
  'packages/client': ['@isolated-runtime/protocol', '@isolated-runtime/bundle', '@isolated-runtime/queue'],
  'services/executor': ['@isolated-runtime/protocol', '@isolated-runtime/queue', '@isolated-runtime/sandbox'],
}

/** What is imported in one folder only: all that reaches into it lies there. */
export const HIDDEN: Readonly<Record<string, string>> = {
  bullmq: 'packages/queue/src/bullmq',
}

/** What only those above may import which are listed with it. */
export const GUARDED = /^(@isolated-runtime\/|isolated-runtime$|bullmq$|ioredis$|piscina$)/

/** Tests, and what they use, may import these as well, and what is hidden from others. */
export const FOR_TESTS = ['@isolated-runtime/testing', '@isolated-runtime/client', 'isolated-runtime']
export const IS_FOR_TESTS = /\.test\.ts$|\/(fixtures|attacks|bombs|differential)\//

/** Menus of what a package offers: they import from all its folders. */
export const IS_MENU = /\/src\/index\.ts$/
