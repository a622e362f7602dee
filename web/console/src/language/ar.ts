import { customers } from './ar/customers'
import { facts } from './ar/facts'
import { fulfillment } from './ar/fulfillment'
import { goods } from './ar/goods'
import { imports } from './ar/imports'
import { payments } from './ar/payments'
import { returns } from './ar/returns'
import { screens } from './ar/screens'
import { wizard } from './ar/wizard'
import type { Translation } from './translation'

export const ar: Translation = { ...screens, ...imports, ...facts, ...goods, ...customers, ...returns, ...payments, ...fulfillment, ...wizard }
