import { join } from 'node:path'
import { boundToParent, startProcess } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { compile } from './rule-language.ts'

test('05-rule-language gives on this machine what it promises', async () => {
  const { REDIS_URL: _, ...env } = process.env
  const main = join(import.meta.dirname, 'main.ts')
  const command = boundToParent(process.execPath, ['--conditions=@isolated-runtime/source', main])
  await using example = await startProcess(...command, { env })
  expect(await example.exit).toEqual({ code: 0, signal: null })
  expect(example.lines).toEqual([
    '{"total":120,"country":"DE","weight":3}: shipping costs 0',
    '{"total":120,"country":"FR","weight":30}: shipping costs 25',
    '{"total":20,"country":"FR","weight":3}: shipping costs 5.9',
    'Cannot parse /discount.rule:2:12: Found over, expected "is", "<", "<=", ">" or ">="',
    '',
    '  2 | when total over 50 then 5',
    '    |            ^',
  ])
})

test.each([
  ['otherwise 1; process.exit()', 'Found ;, expected the end of the line'],
  ['when a is "\\" then 1', 'Found ", expected a number or a text'],
  ['when a is `b` then 1', 'Found `, expected a number or a text'],
  ['when constructor.b is 1 then 1', 'Found ., expected "is"'],
  ['when a is 1', 'expected "and" or "then"'],
  ['then 1', 'Found then, expected "when" or "otherwise"'],
])('the rule %j is a mistake', (code, problem) => {
  expect(() => compile(code, '/a.rule')).toThrow(problem)
})
