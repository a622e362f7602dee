import type { Words } from '../en'

export const regroup: Pick<Words, 'regroup'> = {
  regroup: {
    splitTitle: '{{order}} teilen',
    splitLead: 'Was Sie wählen, geht in einen neuen Auftrag, mit dem Bestand, der dafür zugesagt ist. Preise bleiben, und beide kosten zusammen, was einer kostete. Zahlungen bleiben bei diesem Auftrag.',
    move: 'Abgeben',
    ofUnits: 'von {{quantity}}',
    mergeTitle: 'Zusammenführen in {{order}}',
    mergeLead: 'Die Aufträge, die Sie wählen, werden ein Teil von diesem und enden. Ihr Bestand bleibt zugesagt; Preise bleiben.',
    candidates: 'Aufträge des Kunden',
    none: 'Der Kunde hat keinen anderen Auftrag, der nicht zu Ende ist.',
    fits: 'erteilt {{when}}',
    otherSteps: 'Für diesen Auftrag sind andere Schritte vorgemerkt. Übernehmen oder verwerfen Sie sie zuerst: Teilen und Zusammenführen gehen nur für sich.',
    saidSplit: '{{quantity}} × {{sku}} in einen neuen Auftrag',
    saidMerge: '{{order}} wird ein Teil von diesem',
    thisOrder: 'Dieser Auftrag, {{order}}',
    newOrder: 'Der neue Auftrag',
    otherOrder: 'Auftrag {{order}}',
    nothing: 'In diesem Auftrag ist keine Ware mehr.',
    commitSplit: 'Teilen',
    commitMerge: 'Zusammenführen',
    splitInto: 'Abgeteilt: {{order}}',
    splitFrom: 'Abgeteilt von {{order}}',
    mergedInto: 'Aufgegangen in {{order}}',
    merged: 'Aufgenommen: {{order}}',
  },
}
