import { useQuery } from '@tanstack/react-query'
import { api, type Schemas } from '../api/client'
import { keyOf } from '../order/useOrder'

export type Attachment = Schemas['Attachment']
export type AttachedFile = Schemas['AttachmentFile']

export const kinds = ['purchase_order', 'contract', 'invoice', 'delivery_note', 'photo', 'other'] as const satisfies Attachment['kind'][]

const most = 100 // an order has no more

/** The files on an order, the newest first. */
export function useAttachments(order: string) {
  return useQuery({
    queryKey: [...keyOf(order), 'attachments'],
    queryFn: async ({ signal }) => (await api.GET('/v1/orders/{id}/attachments', { params: { path: { id: order }, query: { limit: most } }, signal })).data!.items,
  })
}

/** A file on an order with all of its versions, once they are asked for. */
export function useVersions(attachment: Attachment, asked: boolean) {
  return useQuery({
    queryKey: ['attachment', attachment.id, attachment.revision], // what came does not change
    enabled: asked,
    queryFn: async ({ signal }) => (await api.GET('/v1/attachments/{id}', { params: { path: { id: attachment.id } }, signal })).data!.files ?? [],
  })
}
