/**
 * What crosses the border of a realm: strings, numbers, booleans, and functions that the host compiled *for* the realm.
 *
 * The functions of a port are host functions. Only `inside/host.ts` can call them: it turns whatever they throw into an
 * error of the realm. None is ever handed to guest code.
 */
export interface RealmPort {
  /** The module at a path of the bundle: a function of the realm, JSON text, or nothing. */
  load(path: string): ModuleFunction | string | undefined
  /** The path of the file that a specifier leads to; what does not start with `/` is the reason why there is none. */
  resolve(importer: string, specifier: string): string
  /** Called once, when the function has settled. */
  settle(kind: SettlementKind, first?: string, second?: string): void
  /** A line for the log. */
  log(level: string, text: string): void
  /** A library, to be run with what it needs. A function of the realm. */
  library(name: LibraryName): LibraryFunction
  /**
   * Starts a timer, anew if it runs; {@link RealmInside.fire} is called once when it is due. A negative delay is as soon
   * as the events of this turn are over. Says whether there was room for it.
   */
  startTimer(id: number, delayMs: number): boolean
  stopTimer(id: number): void
  /** Milliseconds since the run began, in coarse steps. */
  now(): number
  /** So many random bytes, as hexadecimal text. */
  entropy(bytes: number): string
  /** What the guest reports of its progress, as JSON; says whether it is small enough. There only if the run asks for it. */
  readonly progress?: ((json: string) => boolean) | undefined
}

/** What the guest's error says when a function of the port fails, which it does when too little of the stack is left. */
export const HOST_FAILURES: Readonly<Record<keyof RealmPort, string>> = {
  load: 'The module could not be loaded',
  resolve: 'The module could not be looked for',
  settle: 'The run could not be settled',
  log: 'The line could not be logged',
  library: 'A builtin could not be made',
  startTimer: 'The timer could not be started',
  stopTimer: 'The timer could not be stopped',
  now: 'The clock could not be read',
  entropy: 'No random values could be had',
  progress: 'The progress could not be reported',
}

/** The libraries that guests can use through a global. `vendor/` says what they are made of. */
export const LIBRARY_NAMES = ['encoding', 'international-domains', 'urls'] as const

export type LibraryName = (typeof LIBRARY_NAMES)[number]

/** Makes the exports of a library from what it builds on. */
export type LibraryFunction = (...parameters: unknown[]) => unknown

/** The body of a CommonJS module. */
export type ModuleFunction = (
  exports: unknown,
  require: (specifier: string) => unknown,
  module: { readonly exports: unknown },
  filename: string,
  dirname: string,
) => void

/**
 * - `value`: details are the result as JSON text, or `undefined`
 * - `threw`: a description of what the guest threw, as JSON text
 * - `unsendable`: a message: the result holds what JSON cannot carry
 * - `refused`: an error code and a message: there was no function to call
 */
export type SettlementKind = 'value' | 'threw' | 'unsendable' | 'refused'

/** The functions of the realm that the host may call. None of them ever throws. */
export interface RealmInside {
  readonly enter: (
    port: RealmPort,
    file: string,
    funcName: string,
    argsJson: string,
    constantsJson: string | undefined,
    contextJson: string | undefined,
    freezeContext: boolean,
    /** Whether globals, context and modules are to stay as the last call left them: the next item of a batch. */
    again?: boolean,
  ) => void
  /** A timer of the run is due. */
  readonly fire: (id: number) => void
  /**
   * Makes a realm ready for the next run, when the last one is over and at rest. Says whether it could: a realm that
   * could not, and a fresh one in any case, must not be used again.
   */
  readonly renew: () => boolean
  /** Formats the stack of an error of this realm, guest frames only. */
  readonly formatStack: (global: unknown, error: unknown, callSites: readonly NodeJS.CallSite[]) => string
  /** What was thrown or rejected with, as JSON: its name, message, and stack if it has one. */
  readonly describe: (thrown: unknown) => string
  /** Answers `import()` with a promise of the realm, rejected with an error of the realm. */
  readonly refuseImport: () => Promise<never>
}
