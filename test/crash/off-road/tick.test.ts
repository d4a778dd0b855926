import { describeTroubles } from './describe-troubles.js'

describeTroubles('holdfast-tick')
