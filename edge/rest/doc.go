// Package rest owns the HTTP interface: one generic handler over the table of
// operations, the check of requests against the schemas of their input types,
// the printing of answers and problems, and the OpenAPI document. It does not
// own any operation (its subject), nor users and keys (policy/account), nor
// pages for people (edge/web).
package rest
