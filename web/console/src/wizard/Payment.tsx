import { Checkbox, Radio, Stack, TextInput } from '@mantine/core'
import type { Schemas } from '../api/client'
import { useMay } from '../api/me'
import type { Fault } from '../api/problem'
import { useWords } from '../language'
import { Card } from '../part/Card'

export type Method = Schemas['OrderPaymentIn']['method']
/** How the order is to be paid; without a method that is decided later. */
export type Paying = { method?: Method; token: string; taken: boolean } // taken: the money is here

/** Of these the clerk can have the money in hand. */
export const byHand = (method: Method | undefined): method is 'cash' | 'transfer' => method === 'cash' || method === 'transfer'

/** The fourth step: how it is paid, and whether the money is here. */
export function Payment({ paying, set, methods, faults }: { paying: Paying; set: (p: Paying) => void; methods: Method[]; faults: Fault[] }) {
  const { t } = useWords()
  const may = useMay()
  const at = (pointer: string) =>
    faults
      .filter((f) => f.pointer === pointer)
      .map((f) => f.detail)
      .join(' ') || undefined
  return (
    <Card title={t('wizard/payment')}>
      <Stack gap="sm">
        <Radio.Group aria-label={t('wizard/payment')} value={paying.method ?? 'later'} error={at('/payment/method')} onChange={(to) => set({ ...paying, method: to === 'later' ? undefined : (to as Method), taken: to === 'cash' })}>
          <Stack gap={6}>
            {methods.map((m) => (
              <Radio key={m} value={m} label={t(`method/${m}`)} />
            ))}
            <Radio value="later" label={t('wizard/later')} />
          </Stack>
        </Radio.Group>
        {byHand(paying.method) && may('order.pay') && <Checkbox label={t('wizard/taken')} checked={paying.taken} onChange={(e) => set({ ...paying, taken: e.currentTarget.checked })} />}
        {paying.method === 'test' && <TextInput label={t('wizard/token')} dir="ltr" value={paying.token} error={at('/payment/token')} onChange={(e) => set({ ...paying, token: e.currentTarget.value })} />}
      </Stack>
    </Card>
  )
}
