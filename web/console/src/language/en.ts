import { customers } from './en/customers'
import { first } from './en/first'
import { facts } from './en/facts'
import { goods } from './en/goods'
import { fulfillment } from './en/fulfillment'
import { imports } from './en/imports'
import { payments } from './en/payments'
import { regroup } from './en/regroup'
import { returns } from './en/returns'
import { attachments } from './en/attachments'
import { access } from './en/access'
import { grants } from './en/grants'
import { office } from './en/office'
import { setup } from './en/setup'
import { screens } from './en/screens'
import { templates } from './en/templates'
import { wizard } from './en/wizard'

/** All that the console says, in English. The other languages have the same shape. */


export const en = { ...first, ...screens, ...imports, ...facts, ...goods, ...customers, ...returns, ...payments, ...regroup, ...fulfillment, ...attachments, ...wizard, ...templates, ...access, ...grants, ...office, ...setup }

export type Words = typeof en
