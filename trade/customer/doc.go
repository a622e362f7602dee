// Package customer owns who buys: their terms, the person or company behind
// them in versions that can be erased, their address book, and the copies of
// addresses that orders keep. It does not own credit (resource/credit), price
// lists (trade/catalog) nor the accounts with which customers sign in
// (policy/account).
package customer
