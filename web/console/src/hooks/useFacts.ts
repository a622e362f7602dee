import type { Schemas } from '../api/client'
import { useCatalogue } from '../api/catalogue'
import { useWords } from '../language'
import { scopeOf, useScope } from '../people/useScope'
import type { Input, Values } from '../record/RecordForm'

/** The inputs that say what an endpoint is, and what was filled in as the server takes it. */
export function useFacts() {
  const { t } = useWords()
  const scope = useScope()
  const types = (useCatalogue()?.events ?? []).map((e) => e.type)
  const subjects = [...new Set(types.map((type) => type.split('.')[0] + '.*'))]
  const inputs: Input[] = [
    { name: 'name', label: t('hook/name'), hint: t('hook/nameHint'), needed: true },
    { name: 'url', label: t('hook/url'), hint: t('hook/urlHint'), needed: true },
    { name: 'types', label: t('hook/types'), hint: t('hook/typesHint'), kind: 'choices', needed: true, options: ['*', ...[...subjects, ...types].sort()].map((value) => ({ value, label: value })) },
    { name: 'filter', label: t('hook/filter'), hint: t('hook/filterHint') },
    { name: 'parallel', label: t('hook/parallel'), hint: t('hook/parallelHint'), kind: 'number' },
    ...scope.inputs,
  ]
  const of = (v: Values): Schemas['WebhookCreateInput'] => ({
    name: v.name as string,
    url: v.url as string,
    types: v.types as string[],
    filter: v.filter as string,
    ...(v.parallel !== '' && { parallel: Number(v.parallel) }),
    ...scopeOf(v),
  })
  return { inputs, of, says: scope.says }
}
