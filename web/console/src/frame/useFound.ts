import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../api/client'
import { useMay } from '../api/me'
import { quoted } from '../filter/filter'

const least = 2 // characters, below which nothing is searched
const most = 6 // of each kind

/** The first orders, customers and variants that have the words, of what the user may list. */
export function useFound(query: string) {
  const may = useMay()
  const [words] = useDebouncedValue(query.trim(), 120)
  const filter = words.split(/\s+/).map(quoted).join(' ')
  const asked = (kind: string, permission: string) => ({ queryKey: ['found', kind, words], enabled: words.length >= least && may(permission), placeholderData: keepPreviousData })
  const page = { filter, limit: most }
  const orders = useQuery({ ...asked('orders', 'order.list'), queryFn: async ({ signal }) => (await api.GET('/v1/orders', { params: { query: page }, signal })).data!.items })
  const customers = useQuery({ ...asked('customers', 'customer.list'), queryFn: async ({ signal }) => (await api.GET('/v1/customers', { params: { query: page }, signal })).data!.items })
  const variants = useQuery({ ...asked('variants', 'variant.list'), queryFn: async ({ signal }) => (await api.GET('/v1/variants', { params: { query: page }, signal })).data!.items })
  const searched = query.trim().length >= least
  return {
    orders: (searched && orders.data) || [],
    customers: (searched && customers.data) || [],
    variants: (searched && variants.data) || [],
    isError: orders.isError || customers.isError || variants.isError,
  }
}
