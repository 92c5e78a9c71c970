import { preludeText } from './prelude.ts'
import { RealmMaker, type Realm } from './realm-maker.ts'

const realms = new RealmMaker(preludeText)

/** Makes a realm as a thread does, for who has not been given the text of the prelude. */
export function createRealm(): Realm {
  return realms.create()
}
