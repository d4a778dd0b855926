import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { findCycle } from './find-cycle.mjs'
import { OUTER_ROOMS, PACKAGE_RULES, SCRIPT_DEPENDENCIES } from './import-rules.mjs'
import { importsOf } from './import-scan.mjs'
import { filesBelow, readJson } from './projects.mjs'
import { StepFailed } from './step.mjs'

/**
 * Who may import whom, by `import-rules.mjs`: no adapter imports another, nobody imports a package's inside, everything imported is
 * declared, built-in modules carry `node:`, and neither packages nor the files of a room import each other in a circle.
 */
export function checkImports() {
  const folders = readdirSync('packages', { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  const problems = folders
    .filter((name) => !Object.hasOwn(PACKAGE_RULES, name))
    .map((name) => `packages/${name}: has no rule in import-rules.mjs`)
  const known = folders.filter((name) => Object.hasOwn(PACKAGE_RULES, name) && existsSync(join('packages', name, 'package.json')))
  const packages = new Map(known.map((name) => [readJson(join('packages', name, 'package.json')).name, name]))
  const rooms = [
    ...known.flatMap((name) => [packageRoom(name, 'src'), packageRoom(name, 'test')]),
    ...OUTER_ROOMS.map((name) => outerRoom(name, known)),
    { folder: 'scripts', home: 'scripts', mayImport: [], declared: SCRIPT_DEPENDENCIES, self: undefined },
  ]
  const modules = rooms.flatMap((room) => scanRoom(room))

  for (const module of modules) {
    for (const specifier of module.imports) {
      const fault = isBuiltin(specifier) ? builtinFault(specifier) : faultOf(specifier, module, packages)
      if (fault !== undefined) problems.push(`${module.path}: ${fault}`)
    }
  }
  problems.push(...cycles(modules, packages))
  for (const name of known) {
    if (!modules.some(({ path }) => path.startsWith(join('packages', name, 'src'))))
      problems.push(`packages/${name}/src: expected modules, got none`)
  }
  if (problems.length > 0) throw new StepFailed(`problems: ${problems.length}`, problems.join('\n'))
  return `${modules.length} modules in ${known.length} packages`
}

function packageRoom(name, part) {
  const home = join('packages', name)
  const { packages, external, tests } = PACKAGE_RULES[name]
  const manifest = readJson(join(home, 'package.json'))
  const runtime = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies })
  if (part === 'src')
    return { folder: join(home, 'src'), home: join(home, 'src'), mayImport: packages, external, declared: runtime, self: name }
  const declared = [...runtime, ...Object.keys(manifest.devDependencies ?? {})]
  return { folder: join(home, 'test'), home, mayImport: [...packages, ...tests], declared, self: name }
}

function outerRoom(name, packages) {
  const path = join(name, 'package.json')
  const manifest = existsSync(path) ? readJson(path) : {}
  return {
    folder: name,
    home: name,
    mayImport: packages,
    declared: Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }),
  }
}

function scanRoom(room) {
  return filesBelow(room.folder)
    .filter((path) => /\.[cm]?[jt]s$/.test(path))
    .map((path) => ({ path, room, imports: importsOf(readFileSync(path, 'utf8')) }))
}

function builtinFault(specifier) {
  return specifier.startsWith('node:') ? undefined : `expected \`node:${specifier}\`, got \`${specifier}\``
}

function faultOf(specifier, { path, room }, packages) {
  if (specifier.startsWith('.')) {
    const target = normalize(join(dirname(path), specifier))
    return target.startsWith(`${room.home}/`) ? undefined : `\`${specifier}\` leaves ${room.home}`
  }
  const [name, subpath] = splitSpecifier(specifier)
  const folder = packages.get(name)
  if (folder === undefined) {
    if (!room.declared.includes(name)) return `\`${name}\` is not declared in package.json`
    return room.external === undefined || room.external.includes(name) ? undefined : `${room.folder} may not import \`${name}\``
  }
  if (folder !== room.self && !room.mayImport.includes(folder)) return `${room.folder} may not import ${name}`
  if (folder !== room.self && !room.declared.includes(name)) return `\`${name}\` is not declared in package.json`
  const { exports } = readJson(join('packages', folder, 'package.json'))
  return Object.hasOwn(exports, subpath) ? undefined : `\`${specifier}\` reaches inside ${name}`
}

function splitSpecifier(specifier) {
  const parts = specifier.split('/')
  const length = specifier.startsWith('@') ? 2 : 1
  return [parts.slice(0, length).join('/'), ['.', ...parts.slice(length)].join('/')]
}

function cycles(modules, packages) {
  const files = new Map(
    modules.map(({ path, imports }) => [path, imports.filter((it) => it.startsWith('.')).map((it) => sourceOf(path, it))]),
  )
  const rooms = new Map([...packages.values()].map((name) => [name, []]))
  for (const { path, room, imports } of modules) {
    if (!path.startsWith(`packages/${room.self}/src/`)) continue
    rooms
      .get(room.self)
      .push(
        ...imports.map((it) => packages.get(splitSpecifier(it)[0])).filter((name) => name !== undefined && name !== room.self),
      )
  }
  return [findCycle(files), findCycle(rooms)].filter((cycle) => cycle !== undefined).map((cycle) => `cycle: ${cycle.join(' → ')}`)
}

function sourceOf(path, specifier) {
  const target = normalize(join(dirname(path), specifier))
  return existsSync(target) ? target : target.replace(/js$/, 'ts')
}
