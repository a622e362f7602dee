import { command, request, type Schemas } from '../api/client'
import { useWords } from '../language'
import { RecordForm } from '../record/RecordForm'

type Template = Schemas['Template']

/** Names an order as a template, or gives one another name. */
export function TemplateForm({ order, template, close }: { order: string; template?: Template; close: () => void }) {
  const { t } = useWords()
  return (
    <RecordForm<Template>
      title={t(template ? 'orderTemplate/rename' : 'orderTemplate/save')}
      lead={template ? undefined : t('orderTemplate/saveLead')}
      inputs={[{ name: 'name', label: t('orderTemplate/name'), needed: true }]}
      start={{ name: template?.name ?? '' }}
      submit={t(template ? 'orderTemplate/rename' : 'orderTemplate/save')}
      request={({ name }) => {
        const body = { name: String(name), order_id: order }
        return template ? request('put', '/v1/templates/{id}', [template.id], body, template.version) : command('/v1/templates', [], body)
      }}
      says={(saved) => t('orderTemplate/saved', { name: saved.name })}
      close={close}
    />
  )
}
