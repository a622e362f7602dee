package db

import (
	"encoding/json"
	"fmt"
)

// JSON is what a list of texts is stored as.
func JSON(list []string) string {
	text, _ := json.Marshal(list) // texts never fail
	return string(text)
}

// ScanJSON is the place of a text column of JSON that becomes what the pointer
// points to. What the text does not mention keeps no value of an earlier row.
func ScanJSON[T any](to *T) any { return &jsonColumn[T]{to} }

type jsonColumn[T any] struct{ to *T }

// Scan implements sql.Scanner, which both drivers know.
func (c *jsonColumn[T]) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("db: %T is no JSON", src)
	}
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return err
	}
	*c.to = value
	return nil
}
