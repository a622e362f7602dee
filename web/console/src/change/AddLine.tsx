import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client'
import { useWords } from '../language'
import type { Whole } from '../order/useOrder'
import type { Step } from './useChange'

/** Adds a product that is found by any word of its title or SKU. */
export function AddLine({ order, stage }: { order: Whole; stage: (s: Step) => void }) {
  const { t } = useWords()
  const [typed, setTyped] = useState('')
  const [words] = useDebouncedValue(typed.trim(), 150)
  const { data } = useQuery({
    queryKey: ['variants', words],
    enabled: words.length > 0,
    queryFn: async ({ signal }) => (await api.GET('/v1/variants', { params: { query: { filter: `${quoted(words)} active:true`, limit: 8 } }, signal })).data!.items,
    placeholderData: (before) => before,
  })
  const choices = words ? (data ?? []) : []
  return (
    <Select
      label={t('change/add')}
      placeholder={t('change/addHint')}
      searchable
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={words ? t('palette/nothing') : undefined}
      data={choices.map((v) => ({ value: v.sku, label: `${v.sku} · ${v.title}` }))}
      onChange={(sku) => {
        if (!sku) return
        stage({ kind: 'add_line', sku, quantity: 1, delivery_id: order.deliveries[0]?.id })
        setTyped('')
      }}
      comboboxProps={{ transitionProps: { duration: 80 } }}
    />
  )
}

/** Words as the filter language takes them, whatever is in them. */
function quoted(words: string): string {
  return `"${words.replace(/["\\]/g, ' ')}"`
}
