import { useNavigate } from '@tanstack/react-router'
import { command, request, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { RecordForm, type Values } from '../record/RecordForm'
import { useRecords } from '../record/useRecords'
import { zones } from './zones'

export type Channel = Schemas['Channel']

export const kinds = ['online_store', 'b2b_portal', 'phone', 'mobile', 'social', 'marketplace', 'point_of_sale'] as const
const methods = ['on_account', 'cash', 'transfer', 'test'] as const

/** Adds a channel, or changes one. Locations are asked in the order in which they are chosen. */
export function ChannelForm({ channel, close }: { channel?: Channel; close: () => void }) {
  const { t } = useWords()
  const may = useMay()
  const go = useNavigate()
  const lists = useRecords('/v1/price-lists', ['price_list'], { enabled: may('price_list.list') }).items
  const locations = useRecords('/v1/locations', ['location'], { enabled: may('location.list') }).items
  const facts = (v: Values): Schemas['ChannelCreateInput'] => ({
    code: v.code as string,
    name: v.name as string,
    kind: v.kind as Channel['kind'],
    currency: v.currency as string,
    price_list_id: v.price_list_id as string,
    number_pattern: v.number_pattern as string,
    time_zone: v.time_zone as string,
    tax_country: v.tax_country as string,
    payment_methods: v.payment_methods as Channel['payment_methods'],
    assortment: v.assortment as Channel['assortment'],
    locations: (v.locations as string[]).map((location_id, i) => ({ location_id, rank: i + 1 })),
    active: v.active as boolean,
  })
  return (
    <RecordForm<Channel>
      title={channel ? `${t('people/change')} · ${channel.name}` : t('settings/addChannel')}
      lead={t('settings/channelLead')}
      inputs={[
        { name: 'name', label: t('people/name'), needed: true },
        { name: 'code', label: t('settings/code'), hint: t('settings/codeHint'), needed: true },
        { name: 'kind', label: t('settings/kind'), kind: 'choice', needed: true, options: kinds.map((value) => ({ value, label: t(`channelKind/${value}`) })) },
        { name: 'currency', label: t('settings/currency'), hint: t('settings/currencyHint'), needed: true },
        { name: 'price_list_id', label: t('settings/prices'), hint: t('settings/pricesHint'), kind: 'choice', needed: true, options: lists.map((l) => ({ value: l.id, label: `${l.name} · ${l.currency}` })) },
        { name: 'number_pattern', label: t('settings/pattern'), hint: t('settings/patternHint'), needed: true },
        { name: 'time_zone', label: t('settings/zone'), hint: t('settings/zoneHint'), kind: 'choice', needed: true, options: zones(channel?.time_zone) },
        { name: 'tax_country', label: t('settings/taxCountry'), hint: t('settings/countryHint'), needed: true },
        { name: 'payment_methods', label: t('settings/methods'), kind: 'choices', needed: true, options: methods.map((value) => ({ value, label: t(`method/${value}`) })) },
        { name: 'assortment', label: t('settings/assortment'), kind: 'choice', needed: true, options: (['all', 'listed'] as const).map((value) => ({ value, label: t(`assortment/${value}`) })) },
        { name: 'locations', label: t('settings/locations'), hint: t('settings/rankHint'), kind: 'choices', options: locations.map((l) => ({ value: l.id, label: l.name })) },
        { name: 'active', label: t('settings/takesOrders'), kind: 'switch' },
      ]}
      start={
        channel
          ? { ...pick(channel), locations: [...(channel.locations ?? [])].sort((a, b) => a.rank - b.rank).map((l) => l.location_id) }
          : { active: true, assortment: 'all', number_pattern: 'SO-{yyyy}-{seq:6}' }
      }
      submit={channel ? t('role/save') : t('settings/addChannel')}
      request={(v) => (channel ? request('put', '/v1/channels/{id}', [channel.id], facts(v), channel.version) : command('/v1/channels', [], facts(v)))}
      says={(c) => t('settings/savedIt', { name: c.name })}
      done={(c) => void go({ to: '/settings/channels/$id', params: { id: c.id } })}
      close={close}
    />
  )
}

function pick({ code, name, kind, currency, price_list_id, number_pattern, time_zone, tax_country, payment_methods, assortment, active }: Channel): Values {
  return { code, name, kind, currency, price_list_id, number_pattern, time_zone, tax_country, payment_methods: payment_methods ?? [], assortment, active }
}
