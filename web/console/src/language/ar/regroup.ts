import type { regroup as english } from '../en/regroup'
import type { Translation } from '../translation'

export const regroup: Translation<typeof english> = {
  regroup: {
    splitTitle: 'تقسيم {{order}}',
    splitLead: 'ما تختاره ينتقل إلى طلب جديد مع المخزون الموعود له. تبقى الأسعار، ويكلّف الطلبان معًا ما كلّفه الواحد. تبقى المدفوعات مع هذا الطلب.',
    move: 'نقل',
    ofUnits: 'من {{quantity}}',
    mergeTitle: 'الدمج في {{order}}',
    mergeLead: 'تصبح الطلبات التي تختارها جزءًا من هذا الطلب وتنتهي. يبقى مخزونها موعودًا وتبقى الأسعار.',
    candidates: 'طلبات العميل',
    none: 'ليس للعميل طلب آخر لم ينتهِ.',
    fits: 'قُدّم {{when}}',
    otherSteps: 'أُعدّت خطوات أخرى لهذا الطلب. اعتمدها أو اتركها أولًا: التقسيم والدمج لا يجتمعان مع غيرهما.',
    saidSplit: '{{quantity}} × {{sku}} إلى طلب جديد',
    saidMerge: 'يصبح {{order}} جزءًا من هذا الطلب',
    thisOrder: 'هذا الطلب، {{order}}',
    newOrder: 'الطلب الجديد',
    otherOrder: 'الطلب {{order}}',
    nothing: 'لم تبقَ بضاعة في هذا الطلب.',
    commitSplit: 'تقسيم',
    commitMerge: 'دمج',
    splitInto: 'فُصل عنه: {{order}}',
    splitFrom: 'فُصل عن {{order}}',
    mergedInto: 'دُمج في {{order}}',
    merged: 'دُمج فيه: {{order}}',
  },
}
