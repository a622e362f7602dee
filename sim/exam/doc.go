// Package exam examines the tests: it plants small bugs in the program, one at
// a time, and runs the tests that ought to find them. It owns the bugs
// (testdata, a file each) and the running of tests against them. It does not own
// the tests, which stand beside what they test.
//
// A file of testdata says what is wrong, in which file, which tests of which
// package find it, and the text that is replaced, which is there exactly once:
//
//	A part of a bundle is not ordered.
//	file: sales/order/build.go
//	caught by: ./sales/order TestABundleShips|TestABundleIsCanceled
//
//	-- old --
//	for _, p := range parts {
//	-- new --
//	for _, p := range parts[1:] {
//
// The tree is never touched: the go command is told to read the changed text in
// the place of the file. A bug counts as caught only if a test that it names
// has run and failed, never because nothing was built, nothing was run or time
// was up.
//
// Every run of the tests checks the files and runs a few of the bugs. The whole
// exam, or some bugs by name, need ORDO_TEST_POSTGRES like all tests, and time:
//
//	go test ./sim/exam -run TestExam -v -timeout 2h -exam=all
//	go test ./sim/exam -run TestExam -v -exam=round-half-down,skip-the-key
//
// It prints each bug with its time, those that were missed and "caught N of M",
// and fails if one was missed. A bug that was mended becomes a file here, so
// that its test is known to find it.
package exam
