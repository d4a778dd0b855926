// Which room of the workspace may import what. `packages` are folders below packages/, `external` are names on npm.
// Imports of types count. A package may always import itself; its tests may also import `tests`, and what its package.json declares.

const ADAPTER = { packages: ['api', 'core', 'format'], external: [], tests: ['testkit'] }

export const PACKAGE_RULES = {
  api: { packages: [], external: [], tests: [] },
  core: { packages: ['api'], external: ['fast-redact', 'koffi', 're2js'], tests: [] },
  format: { packages: ['api'], external: ['kleur', 'get-east-asian-width'], tests: [] },
  console: ADAPTER,
  file: ADAPTER,
  journald: { ...ADAPTER, external: ['koffi', 'systemd-journald'] },
  eventlog: { ...ADAPTER, external: ['koffi'] },
  graylog: { ...ADAPTER, external: ['gelf-pro'] },
  dump: ADAPTER,
  holdfast: { packages: ['api', 'core', 'format', 'console', 'file', 'dump'], external: [], tests: ['testkit'] },
  testkit: { packages: ['api', 'core'], external: [], tests: [] },
}

/** Rooms outside packages/: any public entry of any package, and what their own package.json declares. */
export const OUTER_ROOMS = ['test', 'docs']

/** What scripts may import: they run before anything is installed, except these. */
export const SCRIPT_DEPENDENCIES = ['ajv', 'esbuild'] // compile-validators.mjs, resolved from packages/core; bundle.mjs
