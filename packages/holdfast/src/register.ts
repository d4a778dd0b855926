import { init } from './init.js'

// node --import holdfast/register app.js: configured by the environment alone
init()
