import type { templates as english } from '../en/templates'
import type { Translation } from '../translation'

export const templates: Translation<typeof english> = {
  orderTemplate: {
    name: 'الاسم',
    save: 'حفظ كقالب',
    saveLead: 'تبدأ الطلبات الجديدة ببنوده وبأسعار يومها. لتغيير محتوى القالب احفظ طلبًا آخر باسمه.',
    saved: 'حُفظ: {{name}}',
    rename: 'تغيير الاسم',
    sees: 'يراه',
    mine: 'أنا',
    everybodys: 'الجميع',
    since: 'منذ',
    noneTitle: 'لا قوالب بعد',
    noneText: 'افتح طلبًا يتكرر واحفظه كقالب.',
    use: 'إنشاء طلب منه',
    order: 'ينسخ',
    share: 'إتاحته للجميع',
    shareLead: 'يراه بعد ذلك كل من يرى الطلب. ويستطيع تغييره من لديه الصلاحية template.share.',
    shared: 'يراه الجميع الآن',
    remove: 'إزالة القالب',
    removeLead: 'يبقى الطلب الذي ينسخه، وتبقى الطلبات التي أُنشئت منه.',
    removed: 'أُزيل {{name}}',
    beside: 'القوالب',
    add: 'إضافة بنود {{name}}',
  },
}
