/** Whether times are shown in UTC or in the reader's own time. */
export type Zone = 'utc' | 'local'

/** `12:34:56.789` */
export function clockText(time: number, zone: Zone): string {
  return Number.isNaN(time) ? '??:??:??' : iso(time, zone).slice(11, 23)
}

/** `2026-11-20` */
export function dateText(time: number, zone: Zone): string {
  return Number.isNaN(time) ? '????-??-??' : iso(time, zone).slice(0, 10)
}

/** `2026-11-20 12:34:56.789` */
export function momentText(time: number, zone: Zone): string {
  return `${dateText(time, zone)} ${clockText(time, zone)}`
}

/** Reads `12:34`, `12:34:56.789` (of the day of `near`), or a date with a time; `undefined` when it is none of these. */
export function readMoment(text: string, near: number, zone: Zone): number | undefined {
  const [, date = dateText(near, zone), clock] =
    /^(?:(\d{4}-\d\d-\d\d)(?:[T ]+|$))?(\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?)?Z?$/.exec(text.trim()) ?? []
  if (text.trim() === '' || (clock === undefined && !text.includes('-'))) return undefined
  const time = Date.parse(`${date}T${(clock ?? '00:00').padStart(5, '0')}${zone === 'utc' ? 'Z' : ''}`)
  return Number.isNaN(time) ? undefined : time
}

/** `3.2 s`, `12 min`, `5 h`, `3 d` */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 172_800_000) return `${(ms / 3_600_000).toFixed(1)} h`
  return `${Math.round(ms / 86_400_000)} d`
}

function iso(time: number, zone: Zone): string {
  const shifted = zone === 'utc' ? time : time - new Date(time).getTimezoneOffset() * 60_000
  return new Date(shifted).toISOString()
}
