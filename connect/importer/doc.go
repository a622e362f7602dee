// Package importer owns the way of foreign files into Ordo: reading their rows,
// setting aside or naming what is broken, planning which documents the rows
// become, and writing these in batches that can be resumed. It does not own the
// documents: they are written by the subjects (catalog, customer, order,
// returns, payment, inventory), each with the events of its own.
//
// The history of another system (Import, LoadDemo) is written by the Import
// functions of the subjects, in commands of whole documents: an order with its
// payment, what came back of it and the refunds. Tables of a user (ImportTable)
// are written by the same operations as the API's.
//
// The data set: Chen, D. (2015) "Online Retail", UCI Machine Learning
// Repository, doi 10.24432/C5BW33, CC BY 4.0. Its prices are British pounds
// without tax columns, its times those of London.
package importer
