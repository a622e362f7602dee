import { Alert, Button, Group, Kbd, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import type { Order } from '../api/client'
import { useMay } from '../api/me'
import { type Fault, Problem } from '../api/problem'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Explained } from '../part/Explained'
import { figure } from '../part/format'
import part from '../part/part.module.css'
import { Refusal } from '../part/Refusal'
import { Discount } from './Discount'
import { Unfinished } from './usePlace'
import type { Agreement } from './work'

const sources = ['phone', 'email', 'po', 'referral', 'marketplace', 'api'] as const

type Props = {
  agreement: Omit<Agreement, 'lines'>
  put: (change: Partial<Agreement>) => void
  currency?: string // of the channel
  draft?: Order
  place: UseMutationResult<Order, Error, void>
  taken: boolean
  faults: Fault[]
  rest: Fault[] // that belong to no step
  trouble?: unknown
  reload: () => void
}

/** The last step: the customer's reference, what stands in the way, and the button that places the order. */
export function Review({ agreement, put, currency, draft, place, taken, faults, rest, trouble, reload }: Props) {
  const { t, locale } = useWords()
  const may = useMay()
  const stale = [trouble, place.error].some((e) => e instanceof Problem && e.status === 412)
  const at = (pointer: string) => faults.find((f) => f.pointer === pointer)?.detail
  const lost = [place.error, trouble].find((e) => e && !(e instanceof Problem) && !(e instanceof Unfinished))
  const total = draft && draft.lines.length > 0 ? `${figure(draft.total, locale)} ${draft.currency}` : ''
  return (
    <Card title={t('wizard/review')}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput label={t('wizard/reference')} dir="auto" maxLength={100} value={agreement.reference ?? ''} error={at('/reference')} onChange={(e) => put({ reference: e.currentTarget.value || undefined })} />
          <Select
            label={t('wizard/source')}
            allowDeselect={false}
            data={sources.map((s) => ({ value: s, label: t(`source/${s}`) }))}
            value={agreement.source_kind ?? 'phone'}
            error={at('/source_kind')}
            onChange={(s) => s && put({ source_kind: s as (typeof sources)[number] })}
          />
        </SimpleGrid>
        {currency && (
          <Group gap="xs">
            <Text size="sm">{t('wizard/offOrder')}</Text>
            <Discount of={t('wizard/living')} asked={agreement.discounts ?? []} currency={currency} set={(discounts) => put({ discounts })} />
          </Group>
        )}
        {stale ? (
          <Alert role="alert" className={part.refusal} title={t('wizard/stale')}>
            <Button size="compact-sm" variant="default" mt={4} onClick={() => (place.reset(), reload())}>
              {t('wizard/load')}
            </Button>
          </Alert>
        ) : (
          rest.map((f) => <Refusal key={f.code + f.pointer} error={new Problem(422, { faults: [f] })} />)
        )}
        {!!lost && <Refusal error={lost} />}
        {place.error instanceof Unfinished && (
          <Alert role="alert" className={part.refusal}>
            {t('wizard/unfinished')}
          </Alert>
        )}
        <Group>
          <Explained why={may('order.place') ? undefined : t('state/lacks', { permission: 'order.place' })} onClick={() => place.mutate()} loading={place.isPending} rightSection={<Kbd size="xs">Ctrl ↵</Kbd>}>
            {total ? t(taken ? 'wizard/placeAndTake' : 'wizard/placeAt', { total }) : t('wizard/place')}
          </Explained>
        </Group>
      </Stack>
    </Card>
  )
}
