package embedded

import "golang.org/x/sys/unix"

// sharedMemoryMinimum is how much room /dev/shm needs for parallel queries.
const sharedMemoryMinimum = 256 << 20

func platformSettings() []setting {
	settings := []setting{
		// After a crash PostgreSQL syncs every file before it recovers, which
		// takes long when there are many tables; one call does the same.
		{"recovery_init_sync_method", "syncfs"},
	}
	// Containers often have a tiny /dev/shm, on which parallel queries would
	// fail.
	var shm unix.Statfs_t
	if err := unix.Statfs("/dev/shm", &shm); err != nil || shm.Bavail*uint64(shm.Bsize) < sharedMemoryMinimum {
		settings = append(settings, setting{"dynamic_shared_memory_type", "mmap"})
	}
	return settings
}
