/** What a rendering has met so far. */
export interface Tally {
  count: number
  unreadable: number
}
