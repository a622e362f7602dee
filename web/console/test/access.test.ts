import { everybodyCanUse } from './access'

everybodyCanUse({ locale: 'en-GB' })
