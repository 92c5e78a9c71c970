/** What an attack on the realm tries to read. */
export const SECRET = 'the secret of the thread'
