//go:build unix

package db

import "syscall"

// diskAt looks at the file system of a folder. What is kept for root counts as
// used.
func diskAt(folder string) (Disk, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return Disk{}, err
	}
	size := int64(s.Bsize)
	free := int64(s.Bavail) * size
	return Disk{Free: free, Total: int64(s.Blocks)*size - int64(s.Bfree)*size + free}, nil
}
