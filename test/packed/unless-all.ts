/** Why a test is skipped that takes too long for every run; `npm run test:packed` runs all of them. */
export const UNLESS_ALL: string | false =
  process.env['HOLDFAST_TEST_PACKED'] === 'all' ? false : 'slow: npm run test:packed runs it'
