import { expect, test } from 'vitest'
import { signaturesIn } from './signatures.ts'

test.each([
  ['export function f(a: number) { return a }', { f: '(a: number) => unknown' }],
  ['export function f(a): string { return a }', { f: '(a) => string' }],
  [
    'export async function f(): Promise<{ a: string }> { return { a: "" } }',
    { f: '() => Promise<{ a: string }>' },
  ],
  ['export function f(): { a: string } { return { a: "" } }', { f: '() => { a: string }' }],
  ['export function f(): A | { b: 1 } {}', { f: '() => A | { b: 1 }' }],
  [
    'export default async function (a: string): Promise<void> {}',
    { default: '(a: string) => Promise<void>' },
  ],
  ['export default function named(a: string): void {}', { default: '(a: string) => void' }],
  ['export default (a: string): number => 1', { default: '(a: string) => number' }],
  [
    'export const f = async <T extends object = {}>(a: T): Promise<T> => a',
    { f: '<T extends object = {}>(a: T) => Promise<T>' },
  ],
  ['export const f = function (a?: number): number { return 1 }', { f: '(a?: number) => number' }],
  ['export const f = (a: (b: string) => number): number => 1', { f: '(a: (b: string) => number) => number' }],
  ['export const f = (a: number) => (b: number): number => 1', { f: '(a: number) => unknown' }],
  [
    `export function f(a: ')' | "}", /* ) */ b = '(' as string): void {}`,
    { f: `(a: ')' | "}", /* ) */ b = '(' as string) => void` },
  ],
  ['export function f(\n  a: number,\n  b: string,\n): void {}', { f: '(a: number, b: string) => void' }],
  [
    'export function f({ a, b }: { a: number; b: string }): void {}',
    { f: '({ a, b }: { a: number; b: string }) => void' },
  ],
  ['exports.f = (a, b) => a', {}],
  ['module.exports.f = function (a: number): number { return a }', { f: '(a: number) => number' }],
  ['/** @param {string} a the name */\nexports.f = (a) => a', { f: '(a: string) => unknown' }],
  ['/** @returns {Promise<number>} */\nexport async function f() {}', { f: '() => Promise<number>' }],
  ['/** @param {string} a */\nconst g = 1\nexports.f = (a) => a', {}],
  ['function inner(a: number): void {}\nexport const rate: number = 1', {}],
  ['export function f(a: number', {}],
  ['', {}],
])('signaturesIn(%j)', (text, signatures) => {
  expect(signaturesIn(text)).toEqual(signatures)
})

test('signaturesIn() takes a moment for texts made to hold it up', () => {
  const texts = [
    'export function f('.repeat(20_000),
    `/**${'*'.repeat(200_000)}`,
    `exports.f = ${'<('.repeat(50_000)}`,
    `export function${' '.repeat(200_000)}x`,
    `${'/** @param {'.repeat(300)}*/\nexport function f() {}\n`.repeat(2_000),
    'export const f = (a: "/*'.repeat(50_000),
  ]
  for (const text of texts) expect(Object.keys(signaturesIn(text)).length).toBeLessThan(2)
})
