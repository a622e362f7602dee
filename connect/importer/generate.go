//go:build ignore

// This program writes the extract of the demo. In this folder:
//
//	go run generate.go online_retail.csv.xz
package main

import (
	"bytes"
	"compress/gzip"
	"log"
	"os"
	"slices"

	"ordo/connect/importer"
)

const (
	target = "demo/online_retail_extract.csv.gz"
	limit  = 800 // invoices
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run generate.go online_retail.csv.xz")
	}
	if err := generate(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func generate(source string) error {
	file, err := os.Open(source)
	if err != nil {
		return err
	}
	defer file.Close()
	var rows []importer.Row
	var planner importer.Planner
	err = importer.Read(file, func(r importer.Row) {
		planner.Add(r)
		rows = append(rows, r)
	}, func(s importer.SetAside) { log.Printf("row %d: %s", s.Row, s.Sentence) })
	if err != nil {
		return err
	}
	chosen := importer.Extract(planner.Plan(), limit)
	rows = slices.DeleteFunc(rows, func(r importer.Row) bool { return !chosen[r.Invoice] })

	var packed bytes.Buffer
	zip, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	zip.Comment = importer.Attribution
	if err := importer.Write(zip, slices.Values(rows)); err != nil {
		return err
	}
	if err := zip.Close(); err != nil {
		return err
	}
	log.Printf("%d invoices, %d rows, %d bytes", len(chosen), len(rows), packed.Len())
	return os.WriteFile(target, packed.Bytes(), 0o644)
}
