package customer

import (
	"ordo/base/problem"
	"ordo/engine/db"
)

// Entry is an address in a customer's address book. The address itself is
// never changed: a new one is added and the old one removed.
type Entry struct {
	ID         string `json:"id"`
	CustomerID string `json:"customer_id"`
	Label      string `json:"label"`
	Address
	Version int64 `json:"version" doc:"Of the customer"`

	position int64
}

// Book is a customer's address book, the default first.
type Book struct {
	Items []*Entry `json:"items"`
}

// AddAddressIn is the input of customer.add_address.
type AddAddressIn struct {
	ID      string `path:"id" json:"id"`
	Label   string `json:"label,omitempty" maxLength:"100" doc:"Such as Main office"`
	Default bool   `json:"default,omitempty" doc:"Comes first in the book"`
	Address
}

// RemoveAddressIn is the input of customer.remove_address.
type RemoveAddressIn struct {
	ID        string `path:"id" json:"id"`
	AddressID string `path:"address_id" json:"address_id"`
}

// addressAdded is what the event of another address tells: its id only.
type addressAdded struct {
	AddressID string `json:"address_id"`
	Position  int64  `json:"position" doc:"The lowest is the default"`
	Version   int64  `json:"version"`
}

// addressRemoved is what the event of one address less tells.
type addressRemoved struct {
	AddressID string `json:"address_id"`
	Version   int64  `json:"version"`
}

// ListAddresses returns the address book of a customer.
func ListAddresses(tx *db.Tx, in GetIn) (Book, error) {
	c := &Customer{}
	book := Book{Items: []*Entry{}}
	if err := tx.Load(Find(tx, in.ID, c), readBook(in.ID, &book)); err != nil {
		return Book{}, err
	}
	return book, c.found(in.ID)
}

// AddAddress adds an address to the end of the book, or as the default to its
// beginning.
func AddAddress(tx *db.Tx, in AddAddressIn) (*Entry, error) {
	c := &Customer{}
	var first, last int64
	if err := tx.Load(Find(tx, in.ID, c), readEnds(in.ID, &first, &last)); err != nil {
		return nil, err
	}
	if err := c.found(in.ID); err != nil {
		return nil, err
	}
	var faults problem.List
	if in.Address.Check("", &faults); !faults.Empty() {
		return nil, faults.Err()
	}
	c.next()
	e := &Entry{CustomerID: c.ID, Label: in.Label, Address: in.Address, Version: c.Version, position: last + 1}
	if in.Default {
		e.position = first - 1
	}
	e.ID = InsertAddress(tx, c.ID, in.Address)
	insertEntry(tx, e)
	save(tx, c)
	return e, c.emit(tx, AddressAdded, addressAdded{e.ID, e.position, c.Version})
}

// RemoveAddress takes an address out of the book; orders keep their copies.
func RemoveAddress(tx *db.Tx, in RemoveAddressIn) (*Customer, error) {
	c, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	c.next()
	deleteEntry(tx, c.ID, in.AddressID)
	save(tx, c)
	return c, c.emit(tx, AddressRemoved, addressRemoved{in.AddressID, c.Version})
}
