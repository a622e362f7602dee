import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useWords } from '../language'
import { RecordList } from '../record/RecordList'
import { useChoices } from '../record/useChoices'
import { movesStock } from './facts'
import { useStockColumns } from './StockCard'

/** What lies where, and what of it can be promised. */
export default function StockList() {
  const { t } = useWords()
  const { options } = useChoices('/v1/locations')
  return (
    <RecordList
      path="/v1/stock"
      subjects={movesStock}
      title={t('nav/stock')}
      columns={useStockColumns(true, true)}
      to={(s) => ({ to: '/variants/$id', params: { id: s.variant_id } })}
      tabs={[
        { label: t('stock/all'), filter: '' },
        { label: t('stock/empty'), filter: 'available<=0' },
      ]}
      fields={[
        { name: 'location', label: t('stock/location'), kind: 'choice', values: options },
        { name: 'sku', label: t('variant/sku'), kind: 'text' },
      ]}
      hint={t('stock/hint')}
      actions={
        <Button variant="default" renderRoot={(props) => <Link {...props} to="/movements" />}>
          {t('nav/movements')}
        </Button>
      }
      empty={{ title: t('stock/noneTitle'), text: t('stock/noneText') }}
    />
  )
}
