#!/usr/bin/env bash
# cron-parser 5.10.6 and croner 11.0.1, Node.js 20 and 26: whether a daily time that a clock change skips is run that day depends
# on where the gap lies.
#
# When clocks go forward over the time of a daily schedule, both libraries usually run it all the same, after the gap (cron-parser
# moves the time by the length of the gap, croner takes the end of the gap). An engineer who has checked that for
# Berlin or New York will rely on it. But:
# - America/Nuuk skips 23:00-24:00. The time after the gap is on the next day, and both leave the day out: 47 hours between two
#   runs of a daily schedule.
# - Australia/Lord_Howe moves its clocks by half an hour. cron-parser leaves out the day there as well; croner does not.
# - Where Lord Howe's clocks repeat 01:30-02:00, a schedule of every 20 minutes has a gap of 50 minutes in cron-parser.
# A scheduler that promises "once a day" has to compute due times itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund cron-parser@5.10.6 croner@11.0.1
cat >check.mjs <<'JS'
import assert from 'node:assert/strict'
import { CronExpressionParser } from 'cron-parser'
import { Cron } from 'croner'

function next(expression, zone, from, count) {
  const parsed = CronExpressionParser.parse(expression, { tz: zone, currentDate: from })
  const minutes = (date) => date.toISOString().slice(0, 16)
  return {
    'cron-parser': Array.from({ length: count }, () => minutes(parsed.next().toDate())),
    croner: new Cron(expression, { timezone: zone, paused: true }).nextRuns(count, new Date(from)).map(minutes),
  }
}

function expectNext(expression, zone, from, expected) {
  const found = next(expression, zone, from, expected['cron-parser'].length)
  console.log(expression, zone, JSON.stringify(found))
  assert.deepEqual(found, expected)
}

// 02:00-03:00 is skipped on 29 March: both run on that day.
expectNext('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', {
  'cron-parser': ['2026-03-29T01:30', '2026-03-30T00:30'],
  croner: ['2026-03-29T01:00', '2026-03-30T00:30'],
})
// 23:00-24:00 is skipped on 28 March: neither runs on that day.
expectNext('30 23 * * *', 'America/Nuuk', '2026-03-27T12:00:00Z', {
  'cron-parser': ['2026-03-28T01:30', '2026-03-30T00:30'],
  croner: ['2026-03-28T01:30', '2026-03-30T00:30'],
})
// 02:00-02:30 is skipped on 4 October: only croner runs on that day.
expectNext('15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T12:00:00Z', {
  'cron-parser': ['2026-10-02T15:45', '2026-10-04T15:15'],
  croner: ['2026-10-02T15:45', '2026-10-03T15:30'],
})
// 01:30-02:00 comes twice on 5 April: cron-parser leaves out the second 01:40.
expectNext('*/20 * * * *', 'Australia/Lord_Howe', '2026-04-04T14:30:00Z', {
  'cron-parser': ['2026-04-04T14:40', '2026-04-04T15:30'],
  croner: ['2026-04-04T14:40', '2026-04-04T15:10'],
})
console.log('As described.')
JS
node check.mjs
