// Run by package managers in the folder of a package before they pack or publish it: without the bundle there is nothing to publish.
import { cwd } from 'node:process'
import { bundle } from './bundle.mjs'

await bundle(cwd())
