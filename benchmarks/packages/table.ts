import type { Told, Tried } from './try-guests.ts'

const MAX_WHY = 110

/** Counts, and each guest that is not the same as in Node.js. */
export function table(tried: readonly Tried[]): string {
  const compared = tried.filter(({ node }) => node === undefined)
  const both = compared.filter(({ fresh, hardened }) => isSame(fresh) && isSame(hardened))
  const onlyFresh = compared.filter(({ fresh, hardened }) => isSame(fresh) && !isSame(hardened))
  const neither = compared.filter(({ fresh }) => !isSame(fresh))
  return [
    `guests of packages that give in Node.js what they were written for   ${compared.length}`,
    `the same value in a fresh and in a hardened realm                    ${both.length}`,
    `the same in a fresh realm, not in a hardened one                     ${onlyFresh.length}`,
    `not the same in a fresh realm                                        ${neither.length}`,
    '',
    ...neither.map(({ name, fresh }) => `fresh     ${name}: ${whyOf(fresh)}`),
    ...onlyFresh.map(({ name, hardened }) => `hardened  ${name}: ${whyOf(hardened)}`),
    ...tried.flatMap(({ name, node }) => (node === undefined ? [] : [`Node.js   ${name}: ${node}`])),
    '',
  ].join('\n')
}

const isSame = (told: Told): boolean => told === 'same'

function whyOf(told: Told): string {
  return told === 'same' ? '' : (told.why.split('\n')[0] ?? '').slice(0, MAX_WHY)
}
