import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { findVariants } from '../filter/find'
import { useWords } from '../language'
import type { Whole } from '../order/useOrder'
import type { Step } from './useChange'

/** Adds a product that is found by words of its title, its SKU or a barcode. */
export function AddLine({ order, stage }: { order: Whole; stage: (s: Step) => void }) {
  const { t } = useWords()
  const [typed, setTyped] = useState('')
  const [words] = useDebouncedValue(typed.trim(), 150)
  const { data } = useQuery({
    queryKey: ['variants', words],
    enabled: words.length > 0,
    queryFn: ({ signal }) => findVariants(words, undefined, signal),
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
