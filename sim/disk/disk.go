// Package disk owns a storage device in memory that SQLite writes to, and what
// goes wrong with one: writes that were not synced are dropped, reordered or
// torn by a crash, operations fail, space runs out. It does not own what is
// stored, nor when something goes wrong: that is the simulation's choice.
package disk

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// Fault is what an operation of a disk comes to.
type Fault int

// The faults of operations that write or sync. A disk that is full stays so
// until Empty; one that crashed refuses everything until Crash.
const (
	None    Fault = iota
	IOError       // the operation does nothing and fails
	Full          // there is no room
	Crashed       // the power fails before the operation
)

// Stats count what a disk did since New.
type Stats struct {
	Writes, Syncs             int64
	Crashes                   int64
	Dropped, Torn, Survived   int64 // writes that a crash found unsynced, by what became of them
	IOErrors, FullDisk, Power int64 // faults that struck
}

// Disk is a storage device. What it holds outlives the processes that open it.
type Disk struct {
	name string

	mu    sync.Mutex
	files map[string]*file
	fault Fault
	after int // operations until the fault strikes
	full  bool
	dead  bool
	stats Stats
}

// file is one file. What is read is content; what a crash leaves is durable,
// and of the writes since the last sync whatever it pleases.
type file struct {
	content, durable content
	pending          []write
	gone             bool // of an earlier life of the disk
	locks            locks
	memory           shared
}

// write is one that was not synced: data at an offset, or a new length.
type write struct {
	offset int64
	data   []byte // nil if the file was cut to offset
}

var (
	registry sync.Map // name -> *Disk
	count    atomic.Int64
)

// New returns an empty disk.
func New() *Disk {
	register()
	d := &Disk{name: fmt.Sprint("disk", count.Add(1)), files: map[string]*file{}}
	registry.Store(d.name, d)
	return d
}

// URL is what db.Open takes for a database in a file of the disk. The file's
// name has no slash; it may end in options such as "?_pragma=synchronous(off)".
func (d *Disk) URL(name string) string {
	separator := "?"
	for _, c := range name {
		if c == '?' {
			separator = "&"
		}
	}
	return "sqlite:" + d.name + "/" + name + separator + "vfs=" + vfsName
}

// Remove gives back the memory of a disk that nobody has open.
func (d *Disk) Remove() { registry.Delete(d.name) }

// Stats returns what the disk did.
func (d *Disk) Stats() Stats {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stats
}

// Arm lets the nth write or sync from now on meet a fault; the first for 1.
func (d *Disk) Arm(f Fault, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault, d.after = f, n
}

// Struck tells whether the power failed.
func (d *Disk) Struck() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

// Empty makes room on a disk that is full.
func (d *Disk) Empty() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = false
	d.fault = None
}

// PowerOff lets every operation fail from now on, as after a fault Crashed.
func (d *Disk) PowerOff() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
}

// Crash ends the life of the disk: files that are open are of no use any more,
// and each holds what was synced of it, with some of the later writes. pick
// returns a number below its argument and decides which.
func (d *Disk) Crash(pick func(n int) int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stats.Crashes++
	d.dead, d.full, d.fault = false, false, None
	for _, name := range slices.Sorted(maps.Keys(d.files)) {
		f := d.files[name]
		f.gone = true
		d.files[name] = d.left(f, pick)
	}
}

// left is what a crash leaves of a file.
func (d *Disk) left(f *file, pick func(n int) int) *file {
	now := &file{durable: f.durable} // whose memory goes on: the file is gone
	keep := d.survivors(f.pending, pick)
	d.stats.Dropped += int64(len(f.pending) - len(keep))
	for _, w := range keep {
		w.apply(&now.durable)
	}
	now.content = now.durable.clone()
	return now
}

// sector is what a device writes at once.
const sector = 512

// survivors chooses which writes of a device's cache reached it: none, the
// first ones, or any of them; the last of them or each may be torn.
func (d *Disk) survivors(pending []write, pick func(n int) int) (keep []write) {
	mode := pick(3)
	if mode == 0 || len(pending) == 0 {
		return nil
	}
	first := pick(len(pending) + 1)
	for i, w := range pending {
		kept := mode == 1 && i < first || mode == 2 && pick(2) == 0
		torn := mode == 1 && i == first || kept && mode == 2 && pick(4) == 0
		if torn && len(w.data) > sector {
			d.stats.Torn++
			keep = append(keep, write{w.offset, w.data[:sector*(1+pick(len(w.data)/sector))]})
		} else if kept {
			d.stats.Survived++
			keep = append(keep, w)
		}
	}
	return keep
}

// apply does the write to a content.
func (w write) apply(to *content) {
	if w.data == nil {
		to.resize(w.offset)
	} else {
		to.write(w.data, w.offset)
	}
}

// operate counts a write or a sync and tells what it comes to.
func (d *Disk) operate(f *file) Fault {
	if d.dead || f.gone {
		return Crashed
	}
	if d.fault != None {
		if d.after--; d.after <= 0 {
			d.strike()
			defer func() { d.fault = None }()
			return d.fault
		}
	}
	if d.full {
		return Full
	}
	return None
}

func (d *Disk) strike() {
	switch d.fault {
	case IOError:
		d.stats.IOErrors++
	case Full:
		d.full = true
		d.stats.FullDisk++
	case Crashed:
		d.dead = true
		d.stats.Power++
	}
}

// write stores data, or cuts the file to offset if it is nil. Cutting and
// overwriting needs no room.
func (d *Disk) write(f *file, w write) Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	fault := d.operate(f)
	if fault == Full && w.offset+int64(len(w.data)) <= f.content.size {
		fault = None
	}
	if fault != None {
		return fault
	}
	d.stats.Writes++
	w.apply(&f.content)
	f.pending = append(f.pending, w)
	return None
}

// sync makes durable what was written.
func (d *Disk) sync(f *file) Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	if fault := d.operate(f); fault == IOError || fault == Crashed {
		return fault
	}
	d.stats.Syncs++
	for _, w := range f.pending {
		w.apply(&f.durable)
	}
	f.pending = f.pending[:0]
	return None
}

// read fills b and tells how many bytes there were; the rest is zero.
func (d *Disk) read(f *file, b []byte, offset int64) (n int, fault Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead || f.gone {
		return 0, Crashed
	}
	n = f.content.read(b, offset)
	clear(b[n:])
	return n, None
}

// open returns the file, which is made if need be.
func (d *Disk) open(name string, make bool) (*file, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.files[name]
	if f == nil && make && !d.dead {
		f = &file{}
		d.files[name] = f
	}
	return f, f != nil && !d.dead
}

func (d *Disk) exists(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.files[name] != nil
}

// remove deletes a file, at once and for good.
func (d *Disk) remove(name string) Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return Crashed
	}
	delete(d.files, name)
	return None
}
