package disk

import (
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	sqlite "modernc.org/sqlite/lib"
)

// SQLite reaches files through a table of functions, its VFS. This one serves
// all disks; a path is the name of a disk and that of a file.
const vfsName = "ordosim"

// openFile is how SQLite keeps a file that is open.
type openFile struct {
	methods uintptr
	handle  uint64
}

var (
	handles sync.Map // uint64 -> *handle
	opened  atomic.Uint64
)

var methods = sqlite.Tsqlite3_io_methods{
	FiVersion:               2, // with shared memory, without mapped files
	FxClose:                 pointer(xClose),
	FxRead:                  pointer(xRead),
	FxWrite:                 pointer(xWrite),
	FxTruncate:              pointer(xTruncate),
	FxSync:                  pointer(xSync),
	FxFileSize:              pointer(xFileSize),
	FxLock:                  pointer(xLock),
	FxUnlock:                pointer(xUnlock),
	FxCheckReservedLock:     pointer(xCheckReservedLock),
	FxFileControl:           pointer(xFileControl),
	FxSectorSize:            pointer(xSectorSize),
	FxDeviceCharacteristics: pointer(xDeviceCharacteristics),
	FxShmMap:                pointer(xShmMap),
	FxShmLock:               pointer(xShmLock),
	FxShmBarrier:            pointer(xShmBarrier),
	FxShmUnmap:              pointer(xShmUnmap),
}

// register tells SQLite of the VFS, once. Clock and randomness are those of its
// usual one.
var register = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	sqlite.Xsqlite3_initialize(tls)
	name, err := libc.CString(vfsName)
	if err != nil {
		panic(err)
	}
	size := unsafe.Sizeof(sqlite.Tsqlite3_vfs{})
	p := libc.Xmalloc(tls, libc.Tsize_t(size))
	v := at[sqlite.Tsqlite3_vfs](p)
	*v = *at[sqlite.Tsqlite3_vfs](sqlite.Xsqlite3_vfs_find(tls, 0))
	v.FiVersion, v.FpNext, v.FzName, v.FszOsFile = 2, 0, name, int32(unsafe.Sizeof(openFile{}))
	v.FxOpen, v.FxDelete, v.FxAccess, v.FxFullPathname = pointer(xOpen), pointer(xDelete), pointer(xAccess), pointer(xFullPathname)
	if code := sqlite.Xsqlite3_vfs_register(tls, p, 0); code != sqlite.SQLITE_OK {
		panic("disk: SQLite refused the VFS")
	}
})

// pointer is a top-level function as SQLite calls it.
func pointer(f any) uintptr {
	type words [2]uintptr
	return (*words)(unsafe.Pointer(&f))[1]
}

// at is what lies at an address outside of Go's memory.
func at[T any](p uintptr) *T { return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&p))) }

func bytesAt(p uintptr, n int32) []byte { return unsafe.Slice(at[byte](p), n) }

func handleOf(p uintptr) *handle {
	h, _ := handles.Load(at[openFile](p).handle)
	return h.(*handle)
}

// codes are what SQLite calls the faults.
var codes = map[Fault]int32{None: sqlite.SQLITE_OK, IOError: sqlite.SQLITE_IOERR, Full: sqlite.SQLITE_FULL, Crashed: sqlite.SQLITE_IOERR}

// split finds the disk and the file of a path.
func split(name uintptr) (*Disk, string) {
	dir, file := path.Split(libc.GoString(name))
	d, ok := registry.Load(strings.Trim(dir, "/"))
	if !ok {
		return nil, ""
	}
	return d.(*Disk), file
}

func xOpen(_ *libc.TLS, _, name, p uintptr, flags int32, out uintptr) int32 {
	at[openFile](p).methods = 0
	h := &handle{file: &file{}, disk: &Disk{}} // a temporary file that nobody else sees
	if name != 0 {
		d, file := split(name)
		if d == nil {
			return sqlite.SQLITE_CANTOPEN
		}
		f, ok := d.open(file, flags&sqlite.SQLITE_OPEN_CREATE != 0)
		if !ok {
			return sqlite.SQLITE_CANTOPEN
		}
		h.disk, h.file = d, f
		if flags&sqlite.SQLITE_OPEN_DELETEONCLOSE != 0 {
			h.name = file
		}
	}
	id := opened.Add(1)
	handles.Store(id, h)
	*at[openFile](p) = openFile{uintptr(unsafe.Pointer(&methods)), id}
	if out != 0 {
		*at[int32](out) = flags
	}
	return sqlite.SQLITE_OK
}

func xDelete(_ *libc.TLS, _, name uintptr, _ int32) int32 {
	d, file := split(name)
	if d == nil || !d.exists(file) {
		return sqlite.SQLITE_IOERR_DELETE_NOENT
	}
	return codes[d.remove(file)]
}

func xAccess(_ *libc.TLS, _, name uintptr, _ int32, out uintptr) int32 {
	d, file := split(name)
	*at[int32](out) = libc.Bool32(d != nil && d.exists(file))
	return sqlite.SQLITE_OK
}

func xFullPathname(_ *libc.TLS, _, name uintptr, n int32, out uintptr) int32 {
	full := libc.GoString(name)
	if len(full) >= int(n) {
		return sqlite.SQLITE_CANTOPEN
	}
	b := bytesAt(out, n)
	b[copy(b, full)] = 0
	return sqlite.SQLITE_OK
}

func xClose(tls *libc.TLS, p uintptr) int32 {
	h := handleOf(p)
	h.unlock(unlocked)
	xShmUnmap(tls, p, 0)
	if h.name != "" {
		h.disk.remove(h.name)
	}
	handles.Delete(at[openFile](p).handle)
	return sqlite.SQLITE_OK
}

func xRead(_ *libc.TLS, p, buffer uintptr, n int32, offset int64) int32 {
	h := handleOf(p)
	got, fault := h.disk.read(h.file, bytesAt(buffer, n), offset)
	switch {
	case fault != None:
		return sqlite.SQLITE_IOERR_READ
	case got < int(n):
		return sqlite.SQLITE_IOERR_SHORT_READ
	}
	return sqlite.SQLITE_OK
}

func xWrite(_ *libc.TLS, p, buffer uintptr, n int32, offset int64) int32 {
	h := handleOf(p)
	return codes[h.disk.write(h.file, write{offset, append(make([]byte, 0, n), bytesAt(buffer, n)...)})]
}

func xTruncate(_ *libc.TLS, p uintptr, size int64) int32 {
	h := handleOf(p)
	return codes[h.disk.write(h.file, write{offset: size})]
}

func xSync(_ *libc.TLS, p uintptr, _ int32) int32 {
	h := handleOf(p)
	return codes[h.disk.sync(h.file)]
}

func xFileSize(_ *libc.TLS, p, out uintptr) int32 {
	h := handleOf(p)
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	*at[int64](out) = h.file.content.size
	return sqlite.SQLITE_OK
}

func xLock(_ *libc.TLS, p uintptr, level int32) int32 { return busyUnless(handleOf(p).lock(level)) }

func busyUnless(ok bool) int32 {
	if ok {
		return sqlite.SQLITE_OK
	}
	return sqlite.SQLITE_BUSY
}

func xUnlock(_ *libc.TLS, p uintptr, level int32) int32 {
	handleOf(p).unlock(level)
	return sqlite.SQLITE_OK
}

func xCheckReservedLock(_ *libc.TLS, p, out uintptr) int32 {
	*at[int32](out) = libc.Bool32(handleOf(p).reserved())
	return sqlite.SQLITE_OK
}

func xFileControl(*libc.TLS, uintptr, int32, uintptr) int32 { return sqlite.SQLITE_NOTFOUND }

func xSectorSize(*libc.TLS, uintptr) int32 { return 4096 }

// xDeviceCharacteristics says what SQLite assumes of disks on Linux: a write
// that is cut off changes nothing beside its place.
func xDeviceCharacteristics(*libc.TLS, uintptr) int32 { return sqlite.SQLITE_IOCAP_POWERSAFE_OVERWRITE }

func xShmMap(tls *libc.TLS, p uintptr, region, size, extend int32, out uintptr) int32 {
	h := handleOf(p)
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	m := &h.file.memory
	if !h.mapped {
		h.mapped = true
		m.users++
	}
	for int(region) >= len(m.regions) {
		if extend == 0 {
			*at[uintptr](out) = 0
			return sqlite.SQLITE_OK
		}
		m.regions = append(m.regions, libc.Xcalloc(tls, 1, libc.Tsize_t(size)))
	}
	*at[uintptr](out) = m.regions[region]
	return sqlite.SQLITE_OK
}

func xShmLock(_ *libc.TLS, p uintptr, first, n, flags int32) int32 {
	h := handleOf(p)
	if flags&sqlite.SQLITE_SHM_UNLOCK != 0 {
		h.unlockSlots(first, n)
		return sqlite.SQLITE_OK
	}
	return busyUnless(h.lockSlots(first, n, flags&sqlite.SQLITE_SHM_EXCLUSIVE != 0))
}

func xShmBarrier(_ *libc.TLS, p uintptr) {
	h := handleOf(p)
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
}

func xShmUnmap(tls *libc.TLS, p uintptr, _ int32) int32 {
	h := handleOf(p)
	if !h.mapped {
		return sqlite.SQLITE_OK
	}
	h.unlockSlots(0, int32(len(h.file.memory.slots)))
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	h.mapped = false
	m := &h.file.memory
	if m.users--; m.users == 0 {
		for _, r := range m.regions {
			libc.Xfree(tls, r)
		}
		m.regions = nil
	}
	return sqlite.SQLITE_OK
}
