package db

import (
	"fmt"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// SQLite locks the mutex of its connection for every value of every row that is
// read, a sixth of what a long read costs. Nobody ever waits for it: a connection
// is used by one goroutine at a time, which its driver asks for anyhow. SQLite's
// option for that (SQLITE_OPEN_NOMUTEX) is one that the driver does not let
// through, so the mutex is made one that locks nothing. The mutexes that
// connections share are SQLite's own.
var ownMutexes, ourMutexes sqlite3.Tsqlite3_mutex_methods

// ofConnection stands for the mutex of each connection; but for the one of
// SQLite's start these are the only ones that are recursive.
var ofConnection = uintptr(unsafe.Pointer(new(int64)))

func init() {
	tls := libc.NewTLS()
	defer tls.Close()
	sqlite3.Xsqlite3_initialize(tls) // which chooses its own
	sqlite3.Xsqlite3_shutdown(tls)
	configure(tls, sqlite3.SQLITE_CONFIG_GETMUTEX, &ownMutexes)
	ownAlloc, ownFree = function[func(*libc.TLS, int32) uintptr](ownMutexes.FxMutexAlloc), function[func(*libc.TLS, uintptr)](ownMutexes.FxMutexFree)
	ownEnter, ownLeave = function[func(*libc.TLS, uintptr)](ownMutexes.FxMutexEnter), function[func(*libc.TLS, uintptr)](ownMutexes.FxMutexLeave)
	ownTry = function[func(*libc.TLS, uintptr) int32](ownMutexes.FxMutexTry)
	ourMutexes = ownMutexes
	ourMutexes.FxMutexAlloc, ourMutexes.FxMutexFree = pointer(allocMutex), pointer(freeMutex)
	ourMutexes.FxMutexEnter, ourMutexes.FxMutexTry, ourMutexes.FxMutexLeave = pointer(enterMutex), pointer(tryMutex), pointer(leaveMutex)
	configure(tls, sqlite3.SQLITE_CONFIG_MUTEX, &ourMutexes)
	if code := sqlite3.Xsqlite3_initialize(tls); code != sqlite3.SQLITE_OK { // whose own mutex is a recursive one, too: nobody else may be here
		panic(fmt.Sprintf("db: SQLite does not start: code %d", code))
	}
}

func configure(tls *libc.TLS, what int32, methods *sqlite3.Tsqlite3_mutex_methods) {
	list := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(uintptr(0))))
	defer libc.Xfree(tls, list)
	if code := sqlite3.Xsqlite3_config(tls, what, libc.VaList(list, uintptr(unsafe.Pointer(methods)))); code != sqlite3.SQLITE_OK {
		panic(fmt.Sprintf("db: SQLite refused its mutexes with code %d", code))
	}
}

// pointer is a top-level function as SQLite calls it.
func pointer(f any) uintptr {
	type words [2]uintptr
	return (*words)(unsafe.Pointer(&f))[1]
}

// function is the other way round.
func function[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&p)) }

var ( // SQLite's own
	ownAlloc           func(*libc.TLS, int32) uintptr
	ownEnter, ownLeave func(*libc.TLS, uintptr)
	ownFree            func(*libc.TLS, uintptr)
	ownTry             func(*libc.TLS, uintptr) int32
)

func allocMutex(tls *libc.TLS, kind int32) uintptr {
	if kind == sqlite3.SQLITE_MUTEX_RECURSIVE {
		return ofConnection
	}
	return ownAlloc(tls, kind)
}

func freeMutex(tls *libc.TLS, p uintptr) {
	if p != ofConnection {
		ownFree(tls, p)
	}
}

func enterMutex(tls *libc.TLS, p uintptr) {
	if p != ofConnection {
		ownEnter(tls, p)
	}
}

func leaveMutex(tls *libc.TLS, p uintptr) {
	if p != ofConnection {
		ownLeave(tls, p)
	}
}

func tryMutex(tls *libc.TLS, p uintptr) int32 {
	if p == ofConnection {
		return sqlite3.SQLITE_OK
	}
	return ownTry(tls, p)
}
