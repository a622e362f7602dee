import { everybodyCanUse } from './access'
import { arabic } from './console'

// From right to left, in a file of its own: two files run at a time.
everybodyCanUse(arabic)
