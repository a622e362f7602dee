// Package importer owns the way of foreign files into Ordo: reading the rows of
// the Online Retail data set, setting aside what is broken, and planning which
// documents the rows become. It does not own those documents: they are written
// by commands of the subjects (catalog, customer, order, returns, inventory).
//
// The data set: Chen, D. (2015) "Online Retail", UCI Machine Learning
// Repository, doi 10.24432/C5BW33, CC BY 4.0. Its prices are British pounds
// without tax columns, its times those of London.
package importer
