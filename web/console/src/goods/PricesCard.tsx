import { Button, Group, Text } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { unitPrice } from '../part/format'
import { Figured } from '../part/Money'
import { useChoices } from '../record/useChoices'
import { keyOf } from '../record/useRecords'
import type { Variant } from './facts'
import { SetPrice } from './SetPrice'

type List = Schemas['CatalogPriceList']
type Price = Schemas['CatalogPrice']

const most = 100 // prices of a list

/** What variants cost by each price list. */
export function PricesCard({ variants }: { variants: Variant[] }) {
  const { t } = useWords()
  const may = useMay()
  const { items: lists } = useChoices('/v1/price-lists')
  const [setting, setSetting] = useState<Pick<Price, 'sku'> & Partial<Price> & { list?: List }>()
  const filter = `variant:${variants.map((v) => v.id).join(',')}`
  const found = useQueries({
    queries: lists.map(({ id }) => ({
      queryKey: keyOf('/v1/price-lists/{id}/prices', { ids: { id }, query: { filter, limit: most } }),
      enabled: may('price.list'),
      queryFn: async ({ signal }: { signal: AbortSignal }) => (await api.GET('/v1/price-lists/{id}/prices', { params: { path: { id }, query: { filter, limit: most } }, signal })).data!.items,
    })),
  })
  const priced = lists.map((list, i) => ({ list, prices: found[i]?.data ?? [] })).filter(({ prices }) => prices.length > 0)
  const loaded = found.every((f) => !f.isPending)
  if (!may('price.list') || !may('price_list.list')) return null
  return (
    <Card
      title={t('prices/of')}
      aside={
        may('price.set') &&
        lists.length > 0 && (
          <Button variant="default" size="compact-sm" onClick={() => setSetting({ sku: variants[0]!.sku })}>
            {t('prices/set')}
          </Button>
        )
      }
    >
      {priced.length === 0 && (
        <Text c="dimmed" size="sm">
          {loaded ? t('prices/none') : t('state/loading')}
        </Text>
      )}
      {priced.map(({ list, prices }) => (
        <div key={list.id}>
          <Group justify="space-between" gap="sm" mt="xs">
            <Link to="/price-lists/$id" params={{ id: list.id }}>
              <bdi>{list.name}</bdi>
            </Link>
            <Text span size="xs" c="dimmed">
              {t(list.tax_inclusive ? 'prices/includesTax' : 'prices/withoutTax')}
            </Text>
          </Group>
          {prices.map((p) => (
            <Row key={p.variant_id + p.minimum} price={p} list={list} many={variants.length > 1} change={may('price.set') ? () => setSetting({ ...p, list }) : undefined} />
          ))}
        </div>
      ))}
      {setting && <SetPrice variants={variants} lists={lists} start={setting} close={() => setSetting(undefined)} />}
    </Card>
  )
}

function Row({ price: p, list, many, change }: { price: Price; list: List; many: boolean; change?: () => void }) {
  const { t, locale } = useWords()
  return (
    <Group justify="space-between" gap="sm" mih={30}>
      <Text span size="sm" c="dimmed">
        {many && <bdi>{p.sku} </bdi>}
        {t('prices/from')} {p.minimum > 0 ? p.minimum.toLocaleString(locale) : t('prices/fromFirst')}
      </Text>
      <Group gap="sm">
        <Figured figure={unitPrice(p.unit_price, list.currency, locale)} currency={list.currency} />
        {change && (
          <Button variant="subtle" size="compact-sm" onClick={change} aria-label={`${t('prices/setAgain')} ${p.sku} ${list.name} ${p.minimum}`}>
            {t('prices/setAgain')}
          </Button>
        )}
      </Group>
    </Group>
  )
}
