import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { RecordList } from '../record/RecordList'
import { Sees } from './Sees'

/** All templates that one sees. */
export default function TemplateList() {
  const { t } = useWords()
  return (
    <RecordList
      path="/v1/templates"
      subjects={['template']}
      title={t('nav/orderTemplates')}
      columns={[
        { id: 'name', label: t('orderTemplate/name'), sort: 'name', show: (m) => <bdi>{m.name}</bdi> },
        { id: 'lines', label: t('wizard/lines'), narrow: true, show: (m) => t('wizard/lineCount', { count: m.lines }) },
        { id: 'sees', label: t('orderTemplate/sees'), narrow: true, show: (m) => <Sees of={m} /> },
        { id: 'created', label: t('orderTemplate/since'), sort: 'created', show: (m) => <Moment at={m.created_at} /> },
      ]}
      to={(m) => ({ to: '/templates/$id', params: { id: m.id } })}
      empty={{ title: t('orderTemplate/noneTitle'), text: t('orderTemplate/noneText') }}
    />
  )
}
