// Package view owns how people look at things: views of lists that they saved,
// for themselves or for everybody, and preferences of a reader. It does not own
// the lists, which say what they can be filtered and sorted by, and what a
// preference means is known to the app that sets it.
package view
