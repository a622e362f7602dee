// Package bench owns measurements of a whole workspace: profiles of load, the
// data they need, the closed loop that applies them, what is reported, and the
// comparison of two reports. It measures from outside, through HTTP, a server
// process of its own; and in process what the same work costs without HTTP, and
// without any of our code. The same load carries a crash campaign, which counts
// what is lost when the server is killed, its database ends or its disk fills. It
// does not own the operations it calls, nor how a workspace is opened, served and
// filled from a file: it is handed functions for that.
package bench
