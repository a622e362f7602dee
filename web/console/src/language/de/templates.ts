import type { templates as en } from '../en/templates'

export const templates: typeof en = {
  orderTemplate: {
    name: 'Name',
    save: 'Als Vorlage speichern',
    saveLead: 'Neue Aufträge beginnen mit ihren Positionen, zu den Preisen des Tages. Um den Inhalt zu ändern, speichern Sie einen anderen Auftrag unter ihrem Namen.',
    saved: 'Gespeichert: {{name}}',
    rename: 'Umbenennen',
    sees: 'Sichtbar für',
    mine: 'Mich',
    everybodys: 'Alle',
    since: 'Seit',
    noneTitle: 'Noch keine Vorlagen',
    noneText: 'Öffnen Sie einen Auftrag, der immer wieder kommt, und speichern Sie ihn als Vorlage.',
    use: 'Auftrag daraus machen',
    order: 'Kopiert',
    share: 'Für alle freigeben',
    shareLead: 'Alle, die den Auftrag sehen, sehen dann auch die Vorlage. Wer das Recht template.share hat, kann sie ändern.',
    shared: 'Jetzt sehen sie alle',
    remove: 'Vorlage entfernen',
    removeLead: 'Der Auftrag, den sie kopiert, bleibt, und ebenso die Aufträge, die daraus entstanden sind.',
    removed: '{{name}} wurde entfernt',
    beside: 'Vorlagen',
    add: 'Die Positionen von {{name}} hinzufügen',
  },
}
