import type { FairnessFigures, Point } from './figures.ts'

const [SIZE, MARGIN] = [360, 50]
const COLOURS: Readonly<Record<number, string>> = { 1: '#4477aa', 2: '#ee6677', 4: '#228833' }
const GREY = '#bbbbbb'

/** Two plots: what each tenant got against its fair share, and how long runs waited by tenth of tenants. */
export function plot({ points, waits }: FairnessFigures): string {
  const width = 2 * (SIZE + MARGIN) + 2 * MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${SIZE + 2 * MARGIN}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<g transform="translate(${MARGIN},${MARGIN})">${sharesPlot(points)}</g>`,
    `<g transform="translate(${SIZE + 3 * MARGIN},${MARGIN})">${waitsPlot(waits)}</g>`,
    '</svg>',
    '',
  ].join('\n')
}

function sharesPlot(points: readonly Point[]): string {
  const busy = points.filter(({ fair, started }) => fair > 0 && started > 0)
  const most = Math.max(10, ...busy.flatMap(({ fair, started }) => [fair, started]))
  const at = (runs: number): number => (Math.log10(Math.max(1, runs)) / Math.log10(most)) * SIZE
  const dots = busy.map(({ fair, started, weight, capped }) => {
    const colour = capped ? GREY : (COLOURS[weight] ?? GREY)
    return `<circle cx="${at(fair).toFixed(1)}" cy="${(SIZE - at(started)).toFixed(1)}" r="2" fill="${colour}" fill-opacity="0.5"/>`
  })
  const legend = Object.entries(COLOURS).map(
    ([weight, colour], row) => `<text x="10" y="${20 + 15 * row}" fill="${colour}">weight ${weight}</text>`,
  )
  return [
    frame('runs by fair share', 'runs that started', ticks(most, at)),
    `<line x1="0" y1="${SIZE}" x2="${SIZE}" y2="0" stroke="black" stroke-dasharray="4"/>`,
    ...dots,
    ...legend,
    `<text x="10" y="65" fill="${GREY}">capped</text>`,
  ].join('\n')
}

function waitsPlot(waits: FairnessFigures['waits']): string {
  const most = Math.max(10, ...waits.map(({ p99 }) => p99))
  const at = (ms: number): number => (Math.log10(Math.max(1, ms)) / Math.log10(most)) * SIZE
  const wide = SIZE / waits.length
  const bars = waits.flatMap(({ p50, p99 }, decile) =>
    [
      { ms: p99, colour: '#66ccee' },
      { ms: p50, colour: '#4477aa' },
    ].map(
      ({ ms, colour }) =>
        `<rect x="${decile * wide + 4}" y="${(SIZE - at(ms)).toFixed(1)}" width="${wide - 8}" height="${at(ms).toFixed(1)}" fill="${colour}"/>`,
    ),
  )
  const names = waits.map(
    (_, decile) =>
      `<text x="${(decile + 0.5) * wide}" y="${SIZE + 15}" text-anchor="middle">${decile + 1}</text>`,
  )
  return [
    ...bars,
    frame('tenth of tenants, the largest first', 'wait in ms: p50 dark, p99 light', [
      ...names,
      ...ticks(most, at).filter((tick) => tick.includes('"end"')),
    ]),
  ].join('\n')
}

/** Powers of ten, on both axes. */
function ticks(most: number, at: (figure: number) => number): string[] {
  const powers = Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, power) => 10 ** power)
  return powers.flatMap((power) => [
    `<text x="${at(power).toFixed(1)}" y="${SIZE + 15}" text-anchor="middle">${power}</text>`,
    `<text x="-5" y="${(SIZE - at(power) + 4).toFixed(1)}" text-anchor="end">${power}</text>`,
  ])
}

function frame(across: string, up: string, marks: readonly string[]): string {
  return [
    `<rect width="${SIZE}" height="${SIZE}" fill="none" stroke="black"/>`,
    `<text x="${SIZE / 2}" y="${SIZE + 35}" text-anchor="middle">${across}</text>`,
    `<text transform="translate(-35,${SIZE / 2}) rotate(-90)" text-anchor="middle">${up}</text>`,
    ...marks,
  ].join('\n')
}
