#!/usr/bin/env bash
# cron-parser 5.10.6, cron 4.4.0, cronosjs 1.7.1, cron-schedule 6.0.0 and croner 11.0.1, Node.js 20 and 26: three readings of the
# same expression, and a suffix that one of them drops without an error.
#
# - `5/15 * * * *`: cron-parser, cron and cronosjs start at minute 5 and go on every 15 minutes; cron-schedule runs once an hour,
#   at minute 5; croner refuses it.
# - `0 0 * * 1#2`: cron-parser, croner and cronosjs run on the second Monday of a month, cron refuses it, and cron-schedule
#   runs on every Monday, as if `#2` were not there.
# - `*/90 * * * *`: croner refuses it; the others run every hour, at minute 0.
# When schedules move from one library to another, do not count on an error where they differ.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund cron-parser@5.10.6 cron@4.4.0 cronosjs@1.7.1 cron-schedule@6.0.0 croner@11.0.1
cat >check.mjs <<'JS'
import assert from 'node:assert/strict'
import { CronTime } from 'cron'
import { CronExpressionParser } from 'cron-parser'
import { parseCronExpression } from 'cron-schedule'
import { Cron } from 'croner'
import { CronosExpression } from 'cronosjs'

const MONDAY = new Date('2026-03-02T00:00:30Z')

const libraries = {
  'cron-parser': (text) => {
    const times = CronExpressionParser.parse(text, { currentDate: MONDAY, tz: 'UTC' })
    return [times.next().toDate(), times.next().toDate()]
  },
  cron: (text) => {
    const time = new CronTime(text, 'UTC')
    const first = time.getNextDateFrom(MONDAY, 'UTC').toJSDate()
    return [first, time.getNextDateFrom(first, 'UTC').toJSDate()]
  },
  cronosjs: (text) => CronosExpression.parse(text, { timezone: 'UTC' }).nextNDates(MONDAY, 2),
  'cron-schedule': (text) => parseCronExpression(text).getNextDates(2, MONDAY),
  croner: (text) => new Cron(text, { timezone: 'UTC', paused: true }).nextRuns(2, MONDAY),
}

function nextTwo(library, text) {
  try {
    return libraries[library](text).map((date) => date.toISOString().slice(5, 16)).join(' ')
  } catch {
    return 'refused'
  }
}

function expectTimes(text, expected) {
  const found = Object.fromEntries(Object.keys(libraries).map((library) => [library, nextTwo(library, text)]))
  console.log(text, JSON.stringify(found))
  assert.deepEqual(found, expected)
}

expectTimes('5/15 * * * *', {
  'cron-parser': '03-02T00:05 03-02T00:20',
  cron: '03-02T00:05 03-02T00:20',
  cronosjs: '03-02T00:05 03-02T00:20',
  'cron-schedule': '03-02T00:05 03-02T01:05',
  croner: 'refused',
})
expectTimes('0 0 * * 1#2', {
  'cron-parser': '03-09T00:00 04-13T00:00',
  cron: 'refused',
  cronosjs: '03-09T00:00 04-13T00:00',
  'cron-schedule': '03-09T00:00 03-16T00:00',
  croner: '03-09T00:00 04-13T00:00',
})
expectTimes('*/90 * * * *', {
  'cron-parser': '03-02T01:00 03-02T02:00',
  cron: '03-02T01:00 03-02T02:00',
  cronosjs: '03-02T01:00 03-02T02:00',
  'cron-schedule': '03-02T01:00 03-02T02:00',
  croner: 'refused',
})
console.log('As described.')
JS
TZ=UTC node check.mjs
