import { preludeText } from './prelude.ts'
import { RealmMaker, type Realm, type Reuse } from './realm-maker.ts'

const realms = new RealmMaker(preludeText())

/** Makes a realm as a thread does, for who has not been given the text of the prelude. */
export function createRealm(reuse?: Reuse): Realm {
  return realms.create(reuse)
}
