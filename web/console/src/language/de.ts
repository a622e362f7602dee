import type { Words } from './en'
import { customers } from './de/customers'
import { first } from './de/first'
import { facts } from './de/facts'
import { goods } from './de/goods'
import { fulfillment } from './de/fulfillment'
import { imports } from './de/imports'
import { payments } from './de/payments'
import { regroup } from './de/regroup'
import { returns } from './de/returns'
import { attachments } from './de/attachments'
import { access } from './de/access'
import { grants } from './de/grants'
import { office } from './de/office'
import { setup } from './de/setup'
import { screens } from './de/screens'
import { templates } from './de/templates'
import { wizard } from './de/wizard'



export const de: Words = { ...first, ...screens, ...imports, ...facts, ...goods, ...customers, ...returns, ...payments, ...regroup, ...fulfillment, ...attachments, ...wizard, ...templates, ...access, ...grants, ...office, ...setup }
