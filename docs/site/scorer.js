// Sphinx's own numbers, and one rule: a place on a page, such as a mistake of the catalogue, comes before whole pages.
var Scorer = {
  score: ([docname, title, anchor, descr, score]) => score + (anchor ? 100 : 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
