package store

import (
	"encoding/binary"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/treeline-dev/treeline/trace"
)

// joinBuckets is how many locks the traces of an organization share. A batch
// takes at most so many, which keeps the server's table of locks small.
const joinBuckets = 32

// joinLocks are the locks under which a batch joins spans and log records.
//
// Without them a join could be lost. A span's transaction looks for records and
// sees none, because the records' transaction has not committed; that one looks
// for the span and does not see it either; both commit, and nothing ever joins
// the two. Locking rows does not help: of a new trace there is no row yet, and
// READ COMMITTED has no locks on what does not exist.
//
// So every batch takes an advisory lock on the buckets of its traces when it
// begins, before its first look: shared for spans, which do not stand in each
// other's way, exclusive for log records. The locks are released after the
// commit is visible. Hence of a span and a record of one bucket either
// transaction begins to look only when the other's rows can be seen, and that one
// joins them; it does not matter which, nor on which replica. The buckets are
// taken in one order and before any row is locked, so batches never wait for each
// other in a circle. Generations and the evaluations that name them by the id of
// their response do the same with the buckets of the ids.
type joinLocks [joinBuckets]lockMode

type lockMode uint8

const (
	lockNone lockMode = iota
	lockShared
	lockExclusive
)

func (l *joinLocks) add(mode lockMode, project trace.ProjectID, key []byte) {
	h := fnv.New32a()
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(project)))
	_, _ = h.Write(key)
	bucket := &l[h.Sum32()%joinBuckets]
	*bucket = max(*bucket, mode)
}

// locksOf returns the locks of a batch.
func locksOf(groups []*traceGroup, evaluations []*Evaluation) joinLocks {
	var l joinLocks
	for _, group := range groups {
		mode := lockShared
		if len(group.logs) > 0 {
			mode = lockExclusive
		}
		l.add(mode, group.key.project, group.key.trace[:])
		for _, o := range group.bySp {
			if id := responseOf(o); id != "" {
				l.add(lockShared, group.key.project, []byte(id))
			}
		}
	}
	for _, e := range evaluations {
		l.add(lockExclusive, e.Score.ProjectID, []byte(e.ResponseID))
	}
	return l
}

// sql is a statement that takes the locks, empty for none. It goes out with the
// beginning of the transaction, so it costs no round trip. The numbers are made
// of the organization's and the buckets', never of what a client sent.
func (l *joinLocks) sql(organization trace.OrganizationID) string {
	var sql strings.Builder
	for bucket, mode := range l {
		if mode == lockNone {
			continue
		}
		sql.WriteString(map[bool]string{true: "SELECT ", false: ", "}[sql.Len() == 0])
		sql.WriteString("pg_advisory_xact_lock")
		if mode == lockShared {
			sql.WriteString("_shared")
		}
		h := fnv.New64a()
		_, _ = h.Write([]byte("treeline join"))
		_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(organization)))
		_, _ = h.Write([]byte{byte(bucket)})
		sql.WriteString("(" + strconv.FormatInt(int64(h.Sum64()), 10) + ")")
	}
	return sql.String()
}
