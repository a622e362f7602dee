import { useWords } from '../language'
import { RecordList } from '../record/RecordList'
import { useChoices } from '../record/useChoices'
import { movementKinds, stockReasons } from './facts'
import { useMovementColumns } from './Movements'

/** The ledger of stock, the newest first. */
export default function MovementList() {
  const { t } = useWords()
  const { options } = useChoices('/v1/locations')
  return (
    <RecordList
      path="/v1/stock/movements"
      subjects={['stock']}
      title={t('nav/movements')}
      columns={useMovementColumns(true)}
      fields={[
        { name: 'kind', label: t('movement/kind'), kind: 'choice', values: movementKinds.map((value) => ({ value, label: t(`movementKind/${value}`) })) },
        { name: 'reason', label: t('stock/reason'), kind: 'choice', values: stockReasons.map((value) => ({ value, label: t(`stockReason/${value}`) })) },
        { name: 'location', label: t('stock/location'), kind: 'choice', values: options },
        { name: 'sku', label: t('variant/sku'), kind: 'text' },
        { name: 'lot', label: t('stock/lot'), kind: 'text' },
        { name: 'reference', label: t('stock/reference'), kind: 'text' },
        { name: 'at', label: t('movement/at'), kind: 'time' },
      ]}
      hint={t('movement/hint')}
      empty={{ title: t('movement/noneTitle'), text: t('movement/noneText') }}
    />
  )
}
