package customer

// FewFound is up to how many customers a word has to find to be looked up.
var FewFound = &fewFound
