interface Hint {
  /** Matches the message of ioredis, Redis or Node.js. */
  readonly reason: RegExp
  /** Applies only to URLs with TLS, or only to those without. */
  readonly tls?: boolean
  readonly explain: (reason: string) => string
}

const HINTS: readonly Hint[] = [
  {
    reason: /^Unknown RESP type/,
    explain: (reason) =>
      `the server there is not Redis, check the port (${reason.replace(/\. Please.*/, '')})`,
  },
  {
    reason: /^NOAUTH/,
    explain: () => 'NOAUTH, it asks for a password: put it into the URL, as in redis://:password@host:port',
  },
  {
    reason: /^Connection is closed/,
    tls: false,
    explain: () => 'the server closed the connection; if the port expects TLS, use rediss://',
  },
  {
    reason: /^no answer within/,
    tls: true,
    explain: (reason) => `${reason}; if the port does not use TLS, use redis://`,
  },
  {
    reason: /certificate/,
    tls: true,
    explain: (reason) => `its certificate is not trusted (${reason}); name its CA in NODE_EXTRA_CA_CERTS`,
  },
]

/**
 * Explains why a first connection to Redis failed.
 *
 * @param reason the message of the error
 * @param tls whether the URL asks for TLS
 */
export function explainConnectFailure(reason: string, tls: boolean): string {
  const hint = HINTS.find((each) => each.reason.test(reason) && (each.tls ?? tls) === tls)
  return hint?.explain(reason) ?? reason
}
