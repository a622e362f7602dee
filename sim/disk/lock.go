package disk

// handle is a file that a connection has open.
type handle struct {
	disk *Disk
	file *file
	name string // to be deleted when it is closed, if set

	level     int32  // of the file's lock
	shares    uint32 // slots of the shared memory that it holds with others
	exclusive uint32 // and alone
	mapped    bool
}

// The levels of a file's lock, as SQLite numbers them.
const (
	unlocked int32 = iota
	sharing
	reserved
	pending
	exclusive
)

// locks are those of a file.
type locks struct {
	readers int
	writer  *handle // holds reserved or more
}

// lock raises the handle's lock to a level, and tells whether others let it.
func (h *handle) lock(level int32) bool {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	l := &h.file.locks
	switch {
	case h.level >= level:
		return true
	case level == sharing:
		if l.writer != nil && l.writer.level >= pending {
			return false
		}
		l.readers++
	case l.writer != nil && l.writer != h:
		return false
	case level == exclusive && l.readers > 1:
		l.writer, h.level = h, pending
		return false
	default:
		l.writer = h
	}
	h.level = level
	return true
}

// unlock lowers the handle's lock to sharing or unlocked.
func (h *handle) unlock(level int32) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	l := &h.file.locks
	if h.level <= level {
		return
	}
	if l.writer == h {
		l.writer = nil
	}
	if level == unlocked {
		l.readers--
	}
	h.level = level
}

// reserved tells whether somebody holds the file for writing.
func (h *handle) reserved() bool {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	return h.file.locks.writer != nil
}

// shared is the memory that the connections to a file share, with its locks.
type shared struct {
	regions []uintptr
	users   int
	slots   [8]struct {
		readers int
		writer  *handle
	}
}

// lockSlots takes some slots of the shared memory, alone or with others.
func (h *handle) lockSlots(first, n int32, alone bool) bool {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	m := &h.file.memory
	for i := first; i < first+n; i++ {
		s := &m.slots[i]
		others := s.readers
		if h.shares&(1<<i) != 0 {
			others--
		}
		if s.writer != nil && s.writer != h || alone && others > 0 {
			return false
		}
	}
	for i := first; i < first+n; i++ {
		switch bit := uint32(1) << i; {
		case alone:
			m.slots[i].writer = h
			h.exclusive |= bit
		case h.shares&bit == 0:
			m.slots[i].readers++
			h.shares |= bit
		}
	}
	return true
}

func (h *handle) unlockSlots(first, n int32) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	for i := first; i < first+n; i++ {
		bit, s := uint32(1)<<i, &h.file.memory.slots[i]
		if h.exclusive&bit != 0 {
			s.writer = nil
		}
		if h.shares&bit != 0 {
			s.readers--
		}
		h.exclusive, h.shares = h.exclusive&^bit, h.shares&^bit
	}
}
